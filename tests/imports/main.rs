//! Files as companies have them: damaged in every usual way, each is read rightly or refused with its place and remedy.

mod base;
mod books;
mod damaged_books;
mod damaged_csv;
mod dialects;
mod history;
mod mapping;
mod refused_csv;
mod writing;
