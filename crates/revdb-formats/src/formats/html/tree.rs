//! An HTML page as a tree, built by html5ever, which parses as browsers do.
//!
//! Owns: the nodes, their positions, and serialising an element as HTML. Must never: recurse over
//! nodes, or know their meaning.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::serialize::{HtmlSerializer, SerializeOpts, Serializer, TraversalScope};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, QualName, driver, local_name, ns};

/// A node's index in [`Tree::nodes`].
type Id = u32;

/// The document is the first node.
const DOCUMENT: Id = 0;

struct Node {
    parent: Option<Id>,
    previous: Option<Id>,
    next: Option<Id>,
    first: Option<Id>,
    last: Option<Id>,
    kind: Kind,
}

enum Kind {
    Element { name: QualName, attributes: Vec<Attribute> },
    Text(StrTendril),
    Comment(StrTendril),
    Document,
}

/// A parsed page.
pub struct Tree {
    nodes: Vec<Node>,
    /// The name used for nodes that are not elements.
    nameless: QualName,
}

impl Tree {
    /// Parses a page; HTML's rules make a tree of any text.
    pub fn of(page: &str) -> Self {
        let nameless = QualName::new(None, ns!(), local_name!(""));
        let mut tree = Self { nodes: Vec::new(), nameless };
        tree.add(Kind::Document);
        driver::parse_document(Builder(RefCell::new(tree)), driver::ParseOpts::default()).one(page)
    }

    /// The `<html>` element, which every parsed page has.
    pub fn root_element(&self) -> Element<'_> {
        let document = Element { tree: self, id: DOCUMENT };
        document.children().next().unwrap_or(document)
    }

    /// Number of elements, texts and comments in the page.
    #[expect(clippy::len_without_is_empty, reason = "no page is without `<html>`")]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    fn node_mut(&mut self, id: Id) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    fn name(&self, id: Id) -> &QualName {
        match &self.node(id).kind {
            Kind::Element { name, .. } => name,
            _ => &self.nameless,
        }
    }

    fn add(&mut self, kind: Kind) -> Id {
        let node = Node { parent: None, previous: None, next: None, first: None, last: None, kind };
        self.nodes.push(node);
        (self.nodes.len() - 1) as Id
    }

    fn detach(&mut self, id: Id) {
        let node = self.node_mut(id);
        let Some(parent) = node.parent.take() else { return };
        let (previous, next) = (node.previous.take(), node.next.take());
        match previous {
            Some(previous) => self.node_mut(previous).next = next,
            None => self.node_mut(parent).first = next,
        }
        match next {
            Some(next) => self.node_mut(next).previous = previous,
            None => self.node_mut(parent).last = previous,
        }
    }

    /// Inserts a detached node into the children of `parent`: before `next`, or last.
    fn place(&mut self, id: Id, parent: Id, next: Option<Id>) {
        let previous = self.before(parent, next);
        let node = self.node_mut(id);
        (node.parent, node.previous, node.next) = (Some(parent), previous, next);
        match previous {
            Some(previous) => self.node_mut(previous).next = Some(id),
            None => self.node_mut(parent).first = Some(id),
        }
        match next {
            Some(next) => self.node_mut(next).previous = Some(id),
            None => self.node_mut(parent).last = Some(id),
        }
    }

    /// The child of `parent` before `next`, or its last child.
    fn before(&self, parent: Id, next: Option<Id>) -> Option<Id> {
        next.map_or(self.node(parent).last, |next| self.node(next).previous)
    }

    /// Moves the child with [`Tree::place`]; text is merged with preceding text.
    fn insert(&mut self, child: NodeOrText<Id>, parent: Id, next: Option<Id>) {
        let id = match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                id
            }
            NodeOrText::AppendText(text) => {
                if let Some(previous) = self.before(parent, next)
                    && let Kind::Text(before) = &mut self.node_mut(previous).kind
                {
                    before.push_tendril(&text);
                    return;
                }
                self.add(Kind::Text(text))
            }
        };
        self.place(id, parent, next);
    }
}

/// An element of a tree.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    tree: &'a Tree,
    id: Id,
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl<'a> Element<'a> {
    /// Its tag name in lower case.
    pub fn name(self) -> &'a str {
        &self.tree.name(self.id).local
    }

    /// An attribute's value. Elements have one to three, so a linear search is cheaper than
    /// interning the name.
    pub fn attr(self, name: &str) -> Option<&'a str> {
        let mut attributes = self.attributes().iter().filter(|own| own.name.ns.is_empty());
        attributes.find(|own| &*own.name.local == name).map(|own| &*own.value)
    }

    pub fn parent(self) -> Option<Self> {
        self.element(self.node().parent?)
    }

    /// Its ancestors, nearest first.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |element| element.parent())
    }

    /// Its child elements.
    pub fn children(self) -> impl Iterator<Item = Self> {
        self.row(self.node().first)
    }

    /// The following sibling elements.
    pub fn next_siblings(self) -> impl Iterator<Item = Self> {
        self.row(self.node().next)
    }

    /// Visits the element and everything below it in document order. `on` returns whether to
    /// descend into an element being entered.
    pub fn visit(self, mut on: impl FnMut(Visit<'a>) -> bool) {
        let mut id = self.id;
        loop {
            let node = self.tree.node(id);
            let enter = match &node.kind {
                Kind::Element { .. } => on(Visit::Enter(Self { id, ..self })),
                Kind::Text(text) => on(Visit::Text(text)),
                Kind::Comment(text) => on(Visit::Comment(text)),
                Kind::Document => true,
            };
            if enter && let Some(child) = node.first {
                id = child;
                continue;
            }
            loop {
                if let Some(element) = self.element(id) {
                    on(Visit::Leave(element));
                }
                if id == self.id {
                    return;
                }
                let node = self.tree.node(id);
                if let Some(next) = node.next {
                    id = next;
                    break;
                }
                let Some(parent) = node.parent else { return };
                id = parent;
            }
        }
    }

    /// The text below it, unprocessed; for scripts.
    pub fn source(self) -> String {
        let mut source = String::new();
        self.visit(|step| {
            if let Visit::Text(text) = step {
                source.push_str(text);
            }
            true
        });
        source
    }

    /// The element serialised as HTML.
    pub fn html(self) -> String {
        let opts = SerializeOpts {
            scripting_enabled: false,
            traversal_scope: TraversalScope::IncludeNode,
            create_missing_parent: false,
        };
        let mut writer = HtmlSerializer::new(Vec::new(), opts);
        self.visit(|step| {
            let written = match step {
                Visit::Enter(element) => {
                    let attributes = element.attributes().iter();
                    let attributes = attributes.map(|own| (&own.name, &*own.value));
                    writer.start_elem(element.tree.name(element.id).clone(), attributes)
                }
                Visit::Text(text) => writer.write_text(text),
                Visit::Comment(text) => writer.write_comment(text),
                Visit::Leave(element) => writer.end_elem(element.tree.name(element.id).clone()),
            };
            written.is_ok()
        });
        String::from_utf8_lossy(&writer.writer).into_owned()
    }

    fn attributes(self) -> &'a [Attribute] {
        match &self.node().kind {
            Kind::Element { attributes, .. } => attributes,
            _ => &[],
        }
    }

    fn node(self) -> &'a Node {
        self.tree.node(self.id)
    }

    fn element(self, id: Id) -> Option<Self> {
        let is_element = matches!(self.tree.node(id).kind, Kind::Element { .. });
        is_element.then_some(Self { tree: self.tree, id })
    }

    fn row(self, first: Option<Id>) -> impl Iterator<Item = Self> {
        let ids = std::iter::successors(first, move |id| self.tree.node(*id).next);
        ids.filter_map(move |id| self.element(id))
    }
}

/// An event of [`Element::visit`].
pub enum Visit<'a> {
    Enter(Element<'a>),
    Text(&'a str),
    Comment(&'a str),
    Leave(Element<'a>),
}

/// Builds the tree from html5ever's calls.
struct Builder(RefCell<Tree>);

impl TreeSink for Builder {
    type Handle = Id;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.0.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn get_document(&self) -> Id {
        DOCUMENT
    }

    fn same_node(&self, one: &Id, other: &Id) -> bool {
        one == other
    }

    fn elem_name<'a>(&'a self, id: &Id) -> Ref<'a, QualName> {
        Ref::map(self.0.borrow(), |tree| tree.name(*id))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Id {
        self.0.borrow_mut().add(Kind::Element { name, attributes })
    }

    fn create_comment(&self, text: StrTendril) -> Id {
        self.0.borrow_mut().add(Kind::Comment(text))
    }

    fn create_pi(&self, _: StrTendril, text: StrTendril) -> Id {
        self.0.borrow_mut().add(Kind::Comment(text))
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.0.borrow_mut().insert(child, *parent, None);
    }

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        let mut tree = self.0.borrow_mut();
        if let Some(parent) = tree.node(*sibling).parent {
            tree.insert(child, parent, Some(*sibling));
        }
    }

    fn append_based_on_parent_node(&self, element: &Id, previous: &Id, child: NodeOrText<Id>) {
        let parent = self.0.borrow().node(*element).parent;
        match parent {
            Some(_) => self.append_before_sibling(element, child),
            None => self.append(previous, child),
        }
    }

    fn remove_from_parent(&self, id: &Id) {
        self.0.borrow_mut().detach(*id);
    }

    fn reparent_children(&self, from: &Id, to: &Id) {
        let mut tree = self.0.borrow_mut();
        while let Some(child) = tree.node(*from).first {
            tree.detach(child);
            tree.place(child, *to, None);
        }
    }

    fn add_attrs_if_missing(&self, id: &Id, more: Vec<Attribute>) {
        if let Kind::Element { attributes, .. } = &mut self.0.borrow_mut().node_mut(*id).kind {
            for attribute in more {
                if attributes.iter().all(|own| own.name != attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    /// Templates keep their contents as ordinary children; walks over a page skip templates.
    fn get_template_contents(&self, id: &Id) -> Id {
        *id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_html_is_repaired_like_in_browsers() {
        let page = "<table>a<tr><td><b>c<p>d</b>e</table><template><i>f</i></template><!--g-->";
        let tree = Tree::of(page);
        let body = tree.root_element().children().nth(1).unwrap();
        let mended = "<body>a<table><tbody><tr><td><b>c</b><p><b>d</b>e</p></td></tr></tbody></table>\
                      <template><i>f</i></template><!--g--></body>";
        assert_eq!(body.html(), mended);
        let table = body.children().next().unwrap();
        assert!(table.parent() == Some(body) && table.ancestors().count() == 2);
        assert_eq!(table.next_siblings().map(Element::name).collect::<Vec<_>>(), ["template"]);
    }
}
