//! `portcullis demo`: as a process, over the wire, and as a person sees it in a browser.

mod attacks;
mod browser;
mod looks;
mod page;
mod process;
mod visitors;
