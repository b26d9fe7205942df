//! The engine's tables, other views and reports under filters give what an archive of only these
//! reviews gives; comparisons with peers are checked by hand.

use super::*;

/// Under a filter the tables, every other view and every report give what an archive of only these
/// reviews gives in its views, also if quotes are read in two halves.
#[test]
fn a_filter_narrows_the_tables_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("archive.db");
    archive(&drawn()).execute("VACUUM INTO ?1", [file.to_str().unwrap()]).unwrap();
    let conn = Connection::open(&file).unwrap();
    let filter = Filter {
        audience: Some(AudienceChoice::All),
        min_score: Some(20.0),
        max_score: Some(90.0),
        ..Filter::default()
    };
    let scope = filter.select(&conn).unwrap().scope(&conn).unwrap();
    let only = archive(
        &(drawn()
            + "DELETE FROM review WHERE NOT coalesce(score BETWEEN 20 AND 90, 0);
               INSERT INTO review_fts (review_fts) VALUES ('rebuild');"),
    );
    compare((&conn, &scope), &only, IN_PARALLEL);
    let views = rows_of(&only, "SELECT name FROM sqlite_schema WHERE type = 'view'", None);
    assert!(views.len() > engine::names().count() + 5);
    for view in &views {
        let [Value::Text(view)] = &view[..] else { panic!("{view:?}") };
        let only = if view == WHOLE { &conn } else { &only };
        assert_same(view, &rows(&conn, view), &rows(only, view));
    }
    let catalogue = Catalogue::built_in();
    let reports = catalogue.names().map(|name| catalogue.get(name).unwrap());
    let compared: usize =
        reports.map(|report| compare_report((&conn, &scope), &only, &report)).sum();
    assert!(compared > 300, "{compared}");
}

/// A selected critic is compared with all others of the work; expected values computed by hand.
#[test]
fn a_selected_critic_is_compared_with_all_others() {
    let conn = archive(&drawn());
    let all = rows(&conn, "main.critic_vs_peers");
    let filter = Filter { names: vec![NameFilter::only(Named::Critic, "c3")], ..Filter::default() };
    let scope = filter.select(&conn).unwrap().scope(&conn).unwrap();
    engine::create_tables_with(&conn, &scope, IN_ONE).unwrap();
    let ours = rows(&conn, "temp.critic_vs_peers");
    let theirs: Vec<_> = all.into_iter().filter(|row| row[0] == Value::Integer(3)).collect();
    assert_eq!(ours.len(), theirs.len());
    for (a, b) in ours.iter().zip(&theirs) {
        assert!(a.iter().zip(b).all(|(a, b)| same(a, b)), "{a:?}, all together {b:?}");
    }
    assert!(!ours.is_empty());
}

/// A selected critic has the same outliers as without a filter.
#[test]
fn a_selected_critic_has_outliers_among_all() {
    let plain = archive(&drawn());
    let (filed, _folder) = opened(&plain);
    let conn = filed.connection();
    let filter = Filter { names: vec![NameFilter::only(Named::Critic, "c3")], ..Filter::default() };
    let scope = filter.select(conn).unwrap().scope(conn).unwrap();
    let report = Catalogue::built_in().get("outliers").unwrap();
    let values = report.values([("threshold", "0.5"), ("audience", "all")]).unwrap();
    let far = |scope: &Scope| -> Rows {
        let mut prepared = report.prepare(conn, scope, &values).unwrap();
        let mut rows = prepared.rows();
        std::iter::from_fn(|| rows.next_row().unwrap()).collect()
    };
    let (own, mut all) = (far(&scope), far(&Scope::default()));
    assert!(own.len() > 2 && all.len() > own.len(), "{own:?}");
    all.retain(|row| row[3] == own[0][3]);
    assert_same("outliers of c3", &own, &all);
}

/// For two critics who both pass, it does not matter which has the lower id.
#[test]
fn the_order_of_a_pair_does_not_matter() {
    let pairs = |sql: &str, named: fn(i64) -> i64| {
        let conn = archive(sql);
        let filter =
            Filter { names: vec![NameFilter::only(Named::Publication, "p1")], ..Filter::default() };
        let scope = filter.select(&conn).unwrap().scope(&conn).unwrap();
        engine::create_tables_with(&conn, &scope, IN_ONE).unwrap();
        let mut pairs = rows(&conn, "temp.critic_pair");
        for pair in &mut pairs {
            let id = |value: &Value| match value {
                Value::Integer(id) => named(*id),
                other => panic!("{other:?}"),
            };
            let (a, b) = (id(&pair[0]), id(&pair[1]));
            (pair[0], pair[1]) = (Value::Integer(a.min(b)), Value::Integer(a.max(b)));
        }
        pairs.sort_by_key(|pair| format!("{:?}", &pair[..3]));
        pairs
    };
    let straight = pairs(&drawn(), |id| id);
    let turned = pairs(&(drawn() + "UPDATE review SET critic_id = 7 - critic_id;"), |id| 7 - id);
    assert!(straight.len() > 5, "{straight:?}");
    assert_eq!(straight.len(), turned.len());
    for (a, b) in straight.iter().zip(&turned) {
        assert!(a.iter().zip(b).all(|(a, b)| same(a, b)), "{a:?}, turned {b:?}");
    }
}

/// Tables are recreated after a filter in between.
#[test]
fn engine_tables_follow_the_current_scope() {
    let conn = archive(&drawn());
    let count = |conn| {
        rows(conn, "(SELECT total(reviews) FROM group_score WHERE grouping = 'work')")[0][0].clone()
    };
    engine::create_tables(&conn, &Scope::default()).unwrap();
    assert_eq!(count(&conn), Value::Real(400.0));
    let filter = Filter { names: vec![NameFilter::only(Named::Critic, "c3")], ..Filter::default() };
    let scope = filter.select(&conn).unwrap().scope(&conn).unwrap();
    engine::create_tables(&conn, &scope).unwrap();
    assert!(matches!(count(&conn), Value::Real(few) if few > 0.0 && few < 100.0));
}
