//! In place of the crate of this name, which needs a terminal: what the disassembler uses of it, without colours.

pub mod style {
    use std::fmt::{Display, Formatter, Result};

    #[derive(Clone, Copy)]
    pub enum Color {
        Black,
        Blue,
        Cyan,
        DarkBlue,
        DarkCyan,
        DarkGreen,
        DarkGrey,
        DarkMagenta,
        DarkRed,
        DarkYellow,
        Green,
        Grey,
        Magenta,
        Red,
        Reset,
        White,
        Yellow,
    }

    pub struct Styled<T>(T);

    impl<T: Display> Display for Styled<T> {
        fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
            self.0.fmt(formatter)
        }
    }

    pub fn style<T: Display>(text: T) -> Styled<T> {
        Styled(text)
    }

    pub trait Stylize: Sized {
        fn with(self, _color: Color) -> Self {
            self
        }
    }

    impl<T> Stylize for Styled<T> {}
}
