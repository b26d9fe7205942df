//! Reviews with awkward quotes, as SQL.

/// Reviews generated with a fixed seed: few critics and scores, quotes composed of few pieces so
/// that many contain others, and letters of many scripts.
pub fn drawn() -> String {
    let pieces = [
        "A warm and careful story of a harbour",
        "and its people,",
        "Ünïcödé naïve café",
        "e\u{301}clair\u{300}s \u{300}x",
        "忘れられない映画、二度見る。",
        "don’t “miss” it -- really…",
        "naïve_test 3½ stars №1 ﬁne Ǆ İstanbul ẞ Straße",
        "x",
        "\n",
        "WARM AND CAREFUL",
        "🎬 movie🎬night",
        "привет МИР ёлка",
        "ไทยดี ภาพยนตร์",
    ];
    let mut state = 20_120_726_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut sql = String::from(
        "INSERT INTO work VALUES (1, 'A', 'a', 'movie', 2000, 0), (2, 'B', 'b', 'game', 2001, 0), (3, 'C', 'c', NULL, NULL, 0);\n",
    );
    for critic in 1..=6 {
        sql += &format!("INSERT INTO critic VALUES ({critic}, 'C{critic}', 'c{critic}', 0);\n");
    }
    for id in 1..=3 {
        sql += &format!("INSERT INTO publication VALUES ({id}, 'P{id}', 'p{id}', 0);\n");
    }
    for id in 1..=400 {
        let words: Vec<_> =
            (0..draw(5)).map(|_| pieces[usize::try_from(draw(13)).unwrap()]).collect();
        let quote = match words.join(" ") {
            empty if empty.is_empty() => "NULL".to_owned(),
            words => format!("'{}'", words.replace('\'', "''")),
        };
        let critic = draw(8);
        let critic = if (1..=6).contains(&critic) { critic.to_string() } else { "NULL".to_owned() };
        let audience = if draw(4) == 0 { "user" } else { "critic" };
        let score = if draw(6) == 0 {
            "NULL".to_owned()
        } else {
            (draw(101) as f64 / 1.3).clamp(0.0, 100.0).to_string()
        };
        let date = ["NULL", "'2012'", "'2012-07'", "'2012-07-0X'"]
            [usize::try_from(draw(4)).unwrap()]
        .replace('X', &(1 + draw(9)).to_string());
        let publication = ["NULL", "1", "2", "3"][usize::try_from(draw(4)).unwrap()];
        let truncated = u8::from(quote != "NULL" && draw(5) == 0);
        let verdict =
            ["NULL", "NULL", "'Fresh'", "'ROTTEN'", "'so so'"][usize::try_from(draw(5)).unwrap()];
        let text = if draw(3) == 0 { "NULL".to_owned() } else { format!("'{}'", draw(4)) };
        sql += &format!(
            "INSERT INTO review VALUES ({id}, {}, '{audience}', {critic}, {publication}, NULL, NULL, {date}, {score}, {text}, {quote}, NULL, {truncated}, NULL, {verdict}, NULL, 0);\n",
            1 + draw(3)
        );
    }
    sql + "INSERT INTO review_fts (review_fts) VALUES ('rebuild');"
}
