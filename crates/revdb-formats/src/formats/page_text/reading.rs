//! Reads a page: its blocks, its lists' audiences, and its reviews.
//!
//! Owns: converting a page's items to raw reviews and claims, in order, and accounting for its
//! lines. Must never: drop a line of a list silently: a line that belongs to no review is a
//! rejection.

use super::attribution::{Attribution, PageEvidence, Place, band_of};
use super::blocks::{Block, Kind, blocks};
use super::header;
use super::joined_names::Joined;
use super::lines::Line;
use super::list_layout::ListLayout;
use super::lists::{List, Order};
use super::slots::{Slot, Slots};
use super::truncation::{is_begun, is_begun_name, without_cut_button, without_cut_link};
use super::{duplicates, joined_names, notice, page_claims, repeated_text};
use crate::format::{LineUse, ReadOptions, Result, Sink};
use crate::record::{Item, Position, RawReview, RawWork};
use revdb_model::{Audience, Scale};

/// One parsed list of a page.
pub struct ListRead {
    /// Index of its block.
    pub block: usize,
    pub attribution: Attribution,
    /// Which items are duplicates of an earlier list's, on this page or another of the same work.
    pub duplicate: Vec<bool>,
    /// The marks of its items' first lines are list marks.
    pub marked: bool,
    /// Whether publication and critic are glued together in this list.
    pub joined: Joined,
    pub items: Vec<Slots>,
}

/// One page of a text.
pub struct PageRead<'a> {
    pub lines: &'a [Line<'a>],
    pub work: RawWork,
    pub blocks: Vec<Block>,
    pub lists: Vec<ListRead>,
}

/// The parsed pages of a text.
pub fn pages<'a>(lines: &'a [Line<'a>], options: &ReadOptions) -> Vec<PageRead<'a>> {
    let mut pages = header::pages(lines);
    apply_options(&mut pages, options);
    let mut pages: Vec<PageRead<'_>> =
        pages.into_iter().map(|page| PageRead::of(lines, page)).collect();
    duplicates::mark_duplicates(&mut pages);
    pages
}

/// The user's options override the page, if the text is about a single work.
fn apply_options(pages: &mut [header::Page], options: &ReadOptions) {
    let mut titles: Vec<&str> =
        pages.iter().filter_map(|page| page.work.title.as_deref()).collect();
    titles.sort_unstable();
    titles.dedup();
    if titles.len() > 1 {
        return;
    }
    for header::Page { work, .. } in pages {
        // `normalise` fills in what is omitted here.
        if options.title.is_some() {
            work.title = None;
        }
        if options.kind.is_some() {
            work.kind = None;
        }
        if options.year.is_some() {
            work.year = None;
        }
    }
}

impl<'a> PageRead<'a> {
    fn of(lines: &'a [Line<'a>], page: header::Page) -> Self {
        let blocks = blocks(lines, page.start, page.end);
        let mut read = Self { lines, work: page.work, blocks, lists: Vec::new() };
        let said = PageEvidence::of(&read.blocks);
        let mut before = None;
        let mut band = None;
        for at in 0..read.blocks.len() {
            let Some(list) = read.blocks[at].list() else {
                band = band_of(&read.blocks[at]).or(band);
                continue;
            };
            let items = items_of(lines, list);
            let marked = list.order == Order::Marked;
            let attribution =
                Place { lines, blocks: &read.blocks, at, items: &items, before, said, band }
                    .attribution();
            before = Some(attribution.audience);
            let joined = match attribution.audience {
                Audience::Critic => Joined::of(&items),
                Audience::User => Joined::No,
            };
            let duplicate = Vec::new();
            read.lists.push(ListRead { block: at, attribution, duplicate, marked, joined, items });
        }
        read
    }

    /// Emits all records; `record` counts those of the whole text.
    pub fn emit(&self, record: &mut u64, sink: &mut dyn Sink) -> Result {
        let mut claims = page_claims::claims(self).into_iter().peekable();
        let mut lists = self.lists.iter().peekable();
        let begun = self.leading_rest();
        for (at, block) in self.blocks.iter().enumerate() {
            match &block.kind {
                Kind::Left if at < begun => {
                    let cut = "the text begins within this review".into();
                    self.send(block.start..block.end, Item::Rejected(cut), record, sink)?;
                }
                Kind::Statement(_) => {
                    if let Some((_, claim)) = claims.next_if(|(block, _)| *block == at) {
                        self.send(block.start..block.end, Item::Claim(claim), record, sink)?;
                    }
                }
                Kind::List(list) => {
                    let Some(read) = lists.next_if(|read| read.block == at) else {
                        continue;
                    };
                    self.put_list(list, read, record, sink)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Number of blocks at the text's beginning that are the rest of a review: only words,
    /// directly above a list whose first numbers are missing.
    fn leading_rest(&self) -> usize {
        let rest = self.blocks.iter().take_while(|block| block.kind == Kind::Left).count();
        let number = self.blocks.get(rest).and_then(|block| block.list()?.entries.first()?.number);
        let first = self.blocks.first().is_some_and(|block| block.start == 0);
        if first && number > Some(1) { rest } else { 0 }
    }

    fn send(
        &self,
        at: std::ops::Range<usize>,
        item: Item,
        record: &mut u64,
        sink: &mut dyn Sink,
    ) -> Result {
        let lines = self.lines.get(at).unwrap_or_default();
        let raw = || lines.iter().map(|line| line.raw).collect::<Vec<_>>().join("\n");
        *record += 1;
        let line = lines.first().map_or(1, |line| line.number);
        sink.item(Position { record: *record, line }, &raw, item)?;
        Ok(())
    }

    fn put_list(
        &self,
        list: &List,
        read: &ListRead,
        record: &mut u64,
        sink: &mut dyn Sink,
    ) -> Result {
        let mut left = list.left.iter().copied().peekable();
        let worded = read.items.iter().any(|item| !item.words.is_empty());
        let duplicate = read.duplicate.iter().chain(std::iter::repeat(&false));
        for ((entry, slots), duplicate) in list.entries.iter().zip(&read.items).zip(duplicate) {
            let (Some(first), Some(last)) = (entry.lines.first(), entry.lines.last()) else {
                continue;
            };
            while let Some(at) = left.next_if(|at| at < first) {
                self.send(at..at + 1, left_over(), record, sink)?;
            }
            let cut = last + 1 == self.lines.len();
            let begun = || {
                slots.words.is_empty() && (worded || read.items.len() == 1)
                    || is_begun(self.lines, slots)
                    || is_begun_name(self.lines, slots, read)
            };
            let item = match cut && begun() {
                _ if *duplicate => Item::LeftAlone("the page stands in the text twice"),
                true => Item::Rejected("the text ends within this review".into()),
                false => review(self.lines, slots, read, &self.work),
            };
            self.send(*first..last + 1, item, record, sink)?;
        }
        for at in left {
            self.send(at..at + 1, left_over(), record, sink)?;
        }
        Ok(())
    }

    /// The classification of each line.
    pub fn explained(&self) -> Vec<LineUse> {
        let mut uses = Vec::new();
        let mut lists = self.lists.iter().peekable();
        for (at, block) in self.blocks.iter().enumerate() {
            match &block.kind {
                Kind::List(list) => {
                    if let Some(read) = lists.next_if(|read| read.block == at) {
                        self.explain_list(list, read, &mut uses);
                    }
                }
                kind => {
                    let what = says(kind);
                    uses.extend(
                        (block.start..block.end).filter_map(|at| self.line_use(at, what.clone())),
                    );
                }
            }
        }
        uses
    }

    fn line_use(&self, at: usize, what: String) -> Option<LineUse> {
        let line = self.lines.get(at)?;
        let is_title = self.work.title.as_deref() == Some(line.body.as_str());
        let what = if is_title && what == says(&Kind::Left) { "title".to_owned() } else { what };
        Some(LineUse { line: line.number, taken_for: what, text: line.raw.to_owned() })
    }

    fn explain_list(&self, list: &List, read: &ListRead, uses: &mut Vec<LineUse>) {
        let mut found = Vec::new();
        for (index, (entry, slots)) in list.entries.iter().zip(&read.items).enumerate() {
            let number = entry.number.unwrap_or(index as u32 + 1);
            for &at in &entry.lines {
                let slot =
                    slots.taken.iter().find(|(taken, _)| *taken == at).map(|(_, slot)| slot.says());
                let what = format!(
                    "{} review {number}: {}",
                    read.attribution.audience.as_str(),
                    slot.unwrap_or("navigation, skipped")
                );
                found.push((at, what));
            }
        }
        found.extend(list.left.iter().map(|at| (*at, "left over in the list".to_owned())));
        found.sort_by_key(|(at, _)| *at);
        uses.extend(found.into_iter().filter_map(|(at, what)| self.line_use(at, what)));
    }
}

fn says(kind: &Kind) -> String {
    match kind {
        Kind::Statement(said) => match said.claim {
            Some((kind, value, Some(of))) => {
                format!("says {} {value} of {of}", crate::normalise::claim_word(kind))
            }
            Some((kind, value, None)) => {
                format!("says {} {value}", crate::normalise::claim_word(kind))
            }
            None => "heading".to_owned(),
        },
        Kind::Boilerplate(role) => role.says().to_owned(),
        Kind::Detail => "detail of the work".to_owned(),
        Kind::List(_) => "list".to_owned(),
        Kind::Left => "left over".to_owned(),
        Kind::Cut => "cut off by the end of the text".to_owned(),
    }
}

fn left_over() -> Item {
    Item::Rejected("the line stands among the reviews and belongs to none of them".into())
}

/// The slots of a list's items, read twice: first separately, then with the list's common layout.
fn items_of(lines: &[Line<'_>], list: &List) -> Vec<Slots> {
    let entries: Vec<&[usize]> = list.entries.iter().map(|entry| entry.lines.as_slice()).collect();
    let layout = ListLayout::of(lines, &entries, list.order != Order::Ended);
    entries.iter().map(|entry| Slots::of(lines, entry, layout)).collect()
}

/// A number far off the list's scale is not a score: it begins the words ("100 / percent fog").
fn on_scale(slots: &Slots, audience: Audience) -> Option<Slots> {
    // Critics' pages have had "105".
    let best = if audience == Audience::Critic { 999.0 } else { 10.0 };
    let score = slots.score.as_deref().and_then(super::figures::number)?;
    let &(at, _) = slots.taken.iter().find(|(_, slot)| *slot == Slot::Score)?;
    let first = slots.taken.first().is_some_and(|(first, _)| *first == at);
    let dated = slots.taken.get(1).is_some_and(|(_, slot)| *slot == Slot::Date);
    // Above a date, in a name's position: a user called "1984".
    if score > best && first && dated && slots.labels.is_empty() {
        let labels = slots.score.iter().cloned().collect();
        return Some(Slots { score: None, labels, ..slots.clone() });
    }
    let last = slots.taken.iter().rev().find(|(_, slot)| !matches!(slot, Slot::Words | Slot::End));
    (score > best && last.is_some_and(|(last, _)| *last == at)).then(|| {
        let words = std::iter::once(at).chain(slots.words.iter().copied()).collect();
        Slots { score: None, words, ..slots.clone() }
    })
}

/// Users have one name: a second short text begins the words.
fn with_one_name(slots: &Slots, audience: Audience) -> Option<Slots> {
    let mut names = slots.taken.iter().filter(|(_, slot)| *slot == Slot::Name);
    let (second, _) = *names.nth(1).filter(|_| slots.labels.len() > 1)?;
    (audience == Audience::User).then(|| {
        let words = std::iter::once(second).chain(slots.words.iter().copied()).collect();
        Slots { words, ..slots.clone() }
    })
}

/// The record of one item.
fn review(lines: &[Line<'_>], slots: &Slots, list: &ListRead, work: &RawWork) -> Item {
    let on_scale = on_scale(slots, list.attribution.audience);
    let slots = on_scale.as_ref().unwrap_or(slots);
    let one_name = with_one_name(slots, list.attribution.audience);
    let slots = one_name.as_ref().unwrap_or(slots);
    let quote = quote(lines, slots, list.marked);
    if quote.is_none() && slots.score.is_none() {
        return Item::Rejected("neither a score nor any words follow the name".into());
    }
    let audience = list.attribution.audience;
    let (publication, byline) = names(audience, slots, list.joined == Joined::Yes);
    Item::Review(Box::new(RawReview {
        audience: Some(audience),
        work: work.clone(),
        byline,
        publication,
        date: slots.date.clone(),
        // As printed: values off the scale ("105", "tbd") remain text without a score.
        score: slots.score.clone(),
        scale: Some(Scale::out_of(if audience == Audience::Critic { 100.0 } else { 10.0 })),
        quote,
        ..RawReview::default()
    }))
}

/// Publication and byline. A critic's label is a publication, a second one a name; a user's is the
/// name.
fn names(audience: Audience, slots: &Slots, joined: bool) -> (Option<String>, Option<String>) {
    let mut labels = slots.labels.iter().cloned();
    if audience == Audience::User {
        return (None, slots.glued.clone().or(labels.next()).or(slots.byline.clone()));
    }
    let (glued, glued_name) = slots.glued.as_deref().map_or((None, None), |glued| {
        let (publication, name) = joined_names::both(glued, joined);
        (Some(publication.to_owned()), name.map(str::to_owned))
    });
    let publication = labels.next().or(glued);
    (publication, slots.byline.clone().or(glued_name).or(labels.next()))
}

fn quote(lines: &[Line<'_>], slots: &Slots, marked: bool) -> Option<String> {
    let mut text = String::new();
    let said = without_cut_link(lines, &slots.words);
    let cited = |at: &usize| lines.get(*at).is_some_and(|line| line.words.starts_with("> "));
    let cited = said.iter().all(cited);
    for (index, line) in said.iter().filter_map(|at| lines.get(*at)).enumerate() {
        // The mark of the item's first line is the list's.
        let own = marked
            && index == 0
            && slots.taken.first().is_some_and(|(at, _)| said.first() == Some(at));
        if index > 0 {
            text.push('\n');
        }
        let words = line.words.strip_prefix("> ").filter(|_| cited).unwrap_or(&line.words);
        text.push_str(if own { &line.body } else { words });
    }
    let last = said.last().is_some_and(|at| at + 1 == lines.len());
    let text = if last { without_cut_button(&text) } else { &text };
    let text = notice::after_notice(text).unwrap_or(text);
    let begun = || repeated_text::before_begun_copy(text).filter(|_| last);
    let whole = repeated_text::whole_text(text).or_else(begun);
    let text = whole.unwrap_or_else(|| without_button(text)).trim();
    (!text.is_empty()).then(|| text.to_string())
}

/// Removes the user pages' button after a text that ends in its own three dots, which would
/// otherwise read as the site's truncation mark, or within a sentence.
fn without_button(text: &str) -> &str {
    let before = |button| text.trim_end().strip_suffix(button).map(str::trim_end);
    let small = |kept: &&str| {
        let word = kept.rsplit(' ').next();
        word.is_some_and(|word| word.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit()))
    };
    let cut = before("Expand").filter(|kept| kept.ends_with("..."));
    cut.or_else(|| before(" Collapse").filter(small)).unwrap_or(text)
}
