//! `graph`: a process with a part in it.

use crate::terminal::Folder;

#[test]
fn the_states_of_a_part_stand_beside_that_which_holds_them() {
    let source = "
        use justscale::prelude::*;

        #[process(\"/nagging/{name}\")]
        pub async fn nagging(name: String) {
            join!(reminded(2), sleep(days(30)));
        }

        #[process]
        async fn reminded(times: u32) {
            for _ in 0..times {
                sleep(days(7)).await;
            }
        }

        justscale::app!(Jobs);
        fn main() {}
    ";
    let manifest = "[package]\nname = \"jobs\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let ran = Folder::with(&[("Cargo.toml", manifest), ("src/main.rs", source)]).run(&["graph", "nagging"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(ran.out);
}
