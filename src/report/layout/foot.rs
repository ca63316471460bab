//! What stands below the last item: who made the report, and where it is to be had.

use super::boilerplate::may_be_about_itself;
use super::laid_out::Left;
use crate::report::item::RawItem;
use crate::report::left_out::Reason;
use crate::report::markdown::Block;
use crate::report::people::{self, Person};

/// Takes the foot out of the last item, below whose last rule it stands; returns whom it names.
pub(super) fn cut(items: &mut [RawItem], left: &mut Vec<Left>) -> Vec<Person> {
    let Some(last) = items.last_mut() else { return Vec::new() };
    let Some(at) = last.blocks.iter().rposition(|block| block.ruled) else { return Vec::new() };
    if at == 0 && last.title.is_none() || !is_foot(&last.blocks[at..]) {
        return Vec::new();
    }
    let foot = last.blocks.split_off(at);
    last.spans.retain(|span| foot.iter().all(|block| block.span != *span));
    let mut named = Vec::new();
    for block in foot {
        let people = people::bylines(&block);
        let reason = if people.is_some() { Reason::Byline } else { Reason::Introduction };
        named.extend(people.unwrap_or_default());
        left.extend(Left::shown([&block], reason));
    }
    named
}

/// Returns whether blocks only name people or speak of the report, with the lists that such a block announces.
fn is_foot(blocks: &[Block]) -> bool {
    let mut announced = false;
    blocks.iter().all(|block| {
        let own = people::bylines(block).is_some() || may_be_about_itself(block);
        let is_foot = own || announced && block.depth > 0;
        announced = is_foot;
        is_foot
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    #[track_caller]
    fn check(text: &str, kept: usize, people: &[&str]) {
        let blocks = blocks(text, 0);
        let item = RawItem::of_blocks(&blocks.iter().collect::<Vec<_>>());
        let mut items = [item];
        let found = cut(&mut items, &mut Vec::new());
        let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((items[0].blocks.len(), names), (kept, people.to_vec()), "{text}");
    }

    #[test]
    fn the_foot_stands_below_the_last_rule() {
        check("文字\n\n---\n\nFrom 日报小组 @甲\n\n订阅地址：\n- [频道](http://a.b)\n", 1, &["甲"]);
        check("文字\n\n---\n\n编辑：甲\n", 1, &["甲"]);
    }

    #[test]
    fn what_has_something_of_its_own_to_say_is_no_foot() {
        check("文字\n\n---\n\n编辑：甲\n\n另一段文字讲的是别的事情。\n", 3, &[]);
        check("文字\n\n编辑：甲\n", 2, &[]);
        check("文字\n\n---\n\n- [文章](http://a.b)\n", 2, &[]);
    }
}
