//! The meaning of a JSON key's position: next to a list of reviews, or above the records.
//!
//! Must never: look at a table's columns, which have no position.

use super::Column;
use super::names::{self, Meaning, Role};
use crate::json::{self, KEY};

/// A score, text or date next to the reviews' list does not belong to a review, and the name of
/// the containing object is not a title if the records have one.
pub(super) fn by_place(columns: &mut [Column], each: &str) {
    let is_inside = |column: &Column| json::within(&column.name, each);
    for object in reviews_beside(columns, each) {
        for column in columns.iter_mut().filter(|column| json::within(&column.name, &object)) {
            column.meaning = None;
            column.remark = Some("it is another record's, which stands beside the reviews");
        }
    }
    let has = |columns: &[Column], roles: &[Role]| {
        columns.iter().any(|column| is_inside(column) && roles.iter().any(|it| column.is(*it)))
    };
    let titled = has(columns, &[Role::Title, Role::OtherTitle]);
    let signed = has(columns, &[Role::Critic, Role::Reviewer, Role::User, Role::UserId]);
    let published = has(columns, &[Role::Publication]);
    // The work's author is next to its title; the review's author is next to the text.
    let works = columns.iter().any(|column| column.is(Role::Title) && !is_inside(column));
    for column in columns.iter_mut().filter(|column| works && !titled && is_inside(column)) {
        if let Some(meaning) = column.meaning.as_mut().filter(|it| it.role == Role::Author) {
            (meaning.role, meaning.rank) = (Role::Reviewer, 3);
        }
    }
    for column in columns.iter_mut().filter(|column| !is_inside(column)) {
        let Some(meaning) = &column.meaning else { continue };
        let of_a_list = titled && meaning.role == Role::Title && meaning.rank == 1;
        let better = match meaning.role {
            Role::Critic | Role::Reviewer | Role::User | Role::UserId => signed,
            Role::Publication => published,
            _ => false,
        };
        if of_a_list || better || !describes_work(meaning.role) {
            column.meaning = None;
            column.remark = Some("it stands outside the reviews, and says nothing of one");
        }
    }
    // Keys about the work are next to its title.
    let of_a_work = columns.iter().any(|column| column.is(Role::Title) && !is_inside(column));
    for column in columns.iter_mut().filter(|column| titled && !of_a_work && !is_inside(column)) {
        let owners = [Role::Critic, Role::Reviewer, Role::User, Role::UserId, Role::Publication];
        if !owners.iter().any(|role| column.is(*role)) {
            column.meaning = None;
            column.remark = Some("it stands outside the works, and says nothing of one");
        }
    }
}

/// In an object that is the work, the name is the title if there is text or a score outside it; a
/// score inside is an aggregate if there is another one.
pub(super) fn works_in_objects(columns: &mut [Column]) {
    let is = |column: &Column, roles: &[Role]| {
        column.rank() >= 2 && roles.iter().any(|role| column.is(*role))
    };
    let titles = columns.iter().filter(|column| column.is(Role::Title));
    let objects = titles.map(|column| json::object_of(&column.name).to_owned());
    let objects: Vec<String> = objects.filter(|object| names::is_of_a_work(object)).collect();
    for object in objects {
        let (inside, outside): (Vec<&Column>, Vec<&Column>) =
            columns.iter().partition(|column| json::within(&column.name, &object));
        let spoken = inside.iter().any(|column| column.is(Role::Quote));
        let marked = outside.iter().any(|it| is(it, &[Role::Score, Role::OwnScore]));
        if spoken || !marked && !outside.iter().any(|it| is(it, &[Role::Quote])) {
            continue;
        }
        for column in columns.iter_mut().filter(|column| json::object_of(&column.name) == object) {
            match &mut column.meaning {
                Some(meaning) if meaning.role == Role::Title => meaning.rank = 3,
                Some(meaning) if meaning.role == Role::Score && marked => {
                    meaning.role = Role::SiteScore;
                }
                _ => {}
            }
        }
    }
}

/// In an object of marks with an overall one, the others are its parts: `value` for money beside
/// `service` and `food`.
pub(super) fn parts_of_an_overall_mark(columns: &mut [Column]) {
    let is_overall_key =
        |name: &str| name.rsplit_once('.').is_some_and(|(_, key)| names::plain(key) == "overall");
    let is_overall = |column: &&Column| column.is(Role::Score) && is_overall_key(&column.name);
    let objects = columns.iter().filter(is_overall).map(|column| json::object_of(&column.name));
    for object in objects.map(str::to_owned).collect::<Vec<_>>() {
        let inside = |column: &Column| json::object_of(&column.name) == object;
        if columns.iter().filter(|it| inside(it) && it.values.are_numbers()).count() < 4 {
            continue;
        }
        for column in columns.iter_mut().filter(|column| inside(column)) {
            match &mut column.meaning {
                Some(meaning) if is_overall_key(&column.name) => meaning.rank = 3,
                Some(meaning) if matches!(meaning.role, Role::Score | Role::OwnScore) => {
                    column.meaning = None;
                    column.remark = Some("a part of the overall mark beside it");
                }
                _ => {}
            }
        }
    }
}

/// Words in a list of messages are talk, unless a message has a score.
pub(super) fn messages_of_a_chat(columns: &mut [Column], each: &str) {
    let last = each.rsplit('.').next().unwrap_or(each);
    let marked = columns.iter().any(|it| it.is(Role::Score) || it.is(Role::OwnScore));
    if marked || !matches!(names::plain(last).as_str(), "messages" | "chats" | "emails") {
        return;
    }
    for column in columns.iter_mut().filter(|column| column.is(Role::Quote)) {
        column.meaning = Some(Meaning::found(Role::Foreign, 3, "lists of messages"));
    }
}

/// Keys of records that are people's names are the reviewers, if the records name their works.
pub(super) fn names_in_keys(columns: &mut [Column]) {
    let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId, Role::Author];
    let has = |roles: &[Role]| {
        columns.iter().any(|it| it.rank() > 1 && roles.iter().any(|role| it.is(*role)))
    };
    let signed = columns.iter().any(|it| people.iter().any(|role| it.is(*role)));
    if signed || !has(&[Role::Title]) {
        return;
    }
    let is_key = |column: &&mut Column| column.name == KEY && column.mapped.is_none();
    if let Some(column) = columns.iter_mut().find(is_key)
        && column.values.are_names_of_people()
    {
        column.meaning = Some(Meaning::found(Role::Reviewer, 1, "keys that are people's names"));
    }
}

/// Objects next to the list that contain a reviewer's judgement: each is a separate record.
fn reviews_beside(columns: &[Column], each: &str) -> Vec<String> {
    let people = [Role::Critic, Role::Reviewer, Role::User];
    let judges = |column: &&Column| {
        column.rank() >= 2
            && [Role::Score, Role::OwnScore, Role::Quote].iter().any(|role| column.is(*role))
    };
    let objects = columns.iter().filter(judges).filter_map(|column| {
        let (object, _) = column.name.rsplit_once('.')?;
        let signed = columns.iter().any(|other| {
            json::within(&other.name, object) && people.iter().any(|role| other.is(*role))
        });
        let apart = object != each && !json::within(object, each) && !json::within(each, object);
        (signed && apart).then(|| object.to_owned())
    });
    objects.collect()
}

/// Roles that may surround a list of reviews: the work, or the owner of all reviews.
fn describes_work(role: Role) -> bool {
    use Role as R;
    matches!(
        role,
        R::Title
            | R::OtherTitle
            | R::Kind
            | R::Year
            | R::WorkId
            | R::LoneId
            | R::Artist
            | R::Part
            | R::Season
            | R::Episode
            | R::EpisodeTitle
            | R::WorkAuthor
            | R::WorkDetail
            | R::Critic
            | R::Reviewer
            | R::User
            | R::UserId
            | R::Publication
    )
}
