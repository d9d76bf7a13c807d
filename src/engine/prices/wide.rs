//! One source for every machine: loops over fixed groups of numbers, compiled for what the processor has.
//!
//! Each function is compiled twice, for any machine of its kind and for AVX2, from the same text and without fused
//! multiply-add, so that both do the same IEEE operations in the same order: the bits of prices and plans are the same
//! everywhere, WebAssembly included.

/// Numbers that a pass treats together.
pub const LANES: usize = 8;

/// Which of the compiled paths to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub struct Width {
    wide: bool,
}

impl Width {
    /// What every machine of this kind can do.
    pub const PORTABLE: Width = Width { wide: false };

    /// The widest this machine can do.
    pub fn detect() -> Width {
        #[cfg(target_arch = "x86_64")]
        return Width { wide: std::arch::is_x86_feature_detected!("avx2") };
        #[cfg(not(target_arch = "x86_64"))]
        Width::PORTABLE
    }

    /// Whether the functions compiled for wide registers may run.
    #[cfg(target_arch = "x86_64")]
    pub fn is_wide(self) -> bool {
        self.wide
    }
}

/// Compiles a function for every machine and for AVX2, and chooses by its first argument, a [`Width`].
macro_rules! wide {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($width:ident: Width $(, $arg:ident: $type:ty)* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$meta])*
        // The one unsafe act: calling what was compiled for AVX2, on a machine that has it.
        #[allow(unsafe_code, clippy::too_many_arguments)]
        $vis fn $name($width: $crate::engine::prices::wide::Width $(, $arg: $type)*) $(-> $result)? {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            fn body($($arg: $type),*) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                #[allow(clippy::too_many_arguments)]
                fn wide($($arg: $type),*) $(-> $result)? {
                    body($($arg),*)
                }
                if $width.is_wide() {
                    // SAFETY: `Width` is wide only where the processor was found to have AVX2.
                    return unsafe { wide($($arg),*) };
                }
            }
            #[cfg(not(target_arch = "x86_64"))]
            let _ = $width;
            body($($arg),*)
        }
    };
}
pub(in crate::engine) use wide;

/// e^x for x <= 0, within a hundred-thousandth of itself; 0 below -80.
///
/// 2^y with y = x log2(e) split into a whole part, which becomes the exponent, and a rest in [-1/2, 1/2], by a
/// polynomial. No call into a mathematical library, whose last bits differ between systems.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Adding 1.5 2^23 rounds to a whole number, which stands in the last bits.
    const ROUND: f32 = 12_582_912.0;
    let y = x * std::f32::consts::LOG2_E;
    let shifted = y + ROUND;
    let rest = y - (shifted - ROUND);
    let series = 1.0
        + rest
            * (std::f32::consts::LN_2
                + rest * (0.240_226_5 + rest * (0.055_504_11 + rest * (0.009_618_13 + rest * 0.001_333_355_8))));
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    if x > -80.0 { series * power } else { 0.0 }
}

/// Adds eight numbers in a fixed order.
#[inline(always)]
pub fn sum(x: [f32; LANES]) -> f32 {
    ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]))
}

/// The largest of eight numbers.
#[inline(always)]
pub fn most(x: [f32; LANES]) -> f32 {
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    larger(larger(larger(x[0], x[4]), larger(x[2], x[6])), larger(larger(x[1], x[5]), larger(x[3], x[7])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_five_digits() {
        for step in 0..8000 {
            let x = -(step as f32) * 0.01;
            let (ours, exact) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((ours - exact).abs() <= 1e-5 * exact + 1e-38, "{x}: {ours} {exact}");
        }
        assert_eq!(exp(-1e30), 0.0);
        assert_eq!(exp(0.0), 1.0);
    }
}
