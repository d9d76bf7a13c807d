//! Writing CSV.

/// A CSV file of these rows. Texts of others have to be [`escaped`](super::escaped) before.
pub fn to_csv<C: AsRef<[u8]>>(rows: impl IntoIterator<Item = impl IntoIterator<Item = C>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("rows of one length are written to memory");
    }
    let bytes = writer.into_inner().expect("memory can be written");
    String::from_utf8(bytes).expect("the cells are UTF-8")
}
