//! The words in a date: months, weekdays, zones.
//!
//! Owns their names. Must never: allocate, or take a word that names different months in two
//! languages ("listopad" is October in Zagreb and November in Warsaw).

/// Names of the months, in English and lower case.
pub const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
];

/// Month names of other languages as used in dates: full, and in their usual abbreviations.
/// English and its three-letter abbreviations are in [`MONTHS`].
const ABROAD: [&[&str]; 12] = [
    &[
        "enero", "ene", "janvier", "janv", "januar", "jänner", "gennaio", "gen", "janeiro",
        "januari", "stycznia", "styczeń", "января", "январь", "янв", "січня", "ocak", "ledna",
        "tammikuuta", "tammikuu",
    ],
    &[
        "febrero", "février", "fevrier", "févr", "fevr", "februar", "febbraio", "fevereiro", "fev",
        "februari", "lutego", "luty", "февраля", "февраль", "фев", "лютого", "şubat", "února",
        "helmikuuta", "helmikuu",
    ],
    &[
        "marzo", "mars", "märz", "maerz", "mär", "mrz", "março", "maart", "mrt", "marts", "marca",
        "marzec", "марта", "март", "березня", "mart", "března", "maaliskuuta", "maaliskuu",
    ],
    &[
        "abril", "abr", "avril", "avr", "aprile", "kwietnia", "kwiecień", "апреля", "апрель",
        "апр", "квітня", "nisan", "dubna", "huhtikuuta", "huhtikuu",
    ],
    &[
        "mayo", "mai", "maggio", "mag", "maio", "mei", "maj", "maja", "мая", "май", "травня",
        "mayıs", "května", "toukokuuta", "toukokuu",
    ],
    &[
        "junio", "juin", "juni", "giugno", "giu", "junho", "czerwca", "czerwiec", "июня", "июнь",
        "червня", "haziran", "června", "kesäkuuta", "kesäkuu",
    ],
    &[
        "julio", "juillet", "juil", "juli", "luglio", "lug", "julho", "lipca", "lipiec", "июля",
        "июль", "липня", "temmuz", "července", "heinäkuuta", "heinäkuu",
    ],
    &[
        "agosto", "ago", "août", "aout", "augustus", "augusti", "sierpnia", "sierpień", "августа",
        "август", "авг", "серпня", "ağustos", "srpna", "elokuuta", "elokuu",
    ],
    &[
        "septiembre", "setiembre", "septembre", "settembre", "setembro", "set", "września",
        "wrzesień", "сентября", "сентябрь", "сен", "сент", "вересня", "eylül", "září", "syyskuuta",
        "syyskuu",
    ],
    &[
        "octubre", "octobre", "oktober", "okt", "ottobre", "ott", "outubro", "out", "października",
        "październik", "октября", "октябрь", "окт", "жовтня", "ekim", "října", "lokakuuta",
        "lokakuu",
    ],
    &[
        "noviembre", "novembre", "novembro", "ноября", "ноябрь", "ноя", "листопада", "kasım",
        "listopadu", "marraskuuta", "marraskuu",
    ],
    &[
        "diciembre", "dic", "décembre", "decembre", "déc", "dezember", "dez", "dicembre",
        "dezembro", "desember", "grudnia", "grudzień", "декабря", "декабрь", "дек", "грудня",
        "aralık", "prosince", "joulukuuta", "joulukuu",
    ],
];

/// In several languages; "mar" of Romance languages is also a month, and is read as that.
const WEEKDAYS: [&str; 68] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonnabend",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "lunedì",
    "martedì",
    "mercoledì",
    "giovedì",
    "venerdì",
    "sabato",
    "domenica",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "måndag",
    "mandag",
    "tisdag",
    "tirsdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "lørdag",
    "söndag",
    "søndag",
    "poniedziałek",
    "wtorek",
    "środa",
    "czwartek",
    "piątek",
    "sobota",
    "niedziela",
    "понедельник",
    "вторник",
    "среда",
    "четверг",
    "пятница",
    "суббота",
    "воскресенье",
];

/// A word in lower case, on the stack; for words longer than any month only the length is kept.
pub(super) struct Word {
    bytes: [u8; LONGEST],
    len: usize,
    letters: usize,
}

/// The length in bytes of the longest month, "październik" in the genitive or "сентябрь" in UTF-8.
const LONGEST: usize = 24;

impl Default for Word {
    fn default() -> Self {
        Word { bytes: [0; LONGEST], len: 0, letters: 0 }
    }
}

impl Word {
    pub(super) fn push(&mut self, c: char) {
        self.letters += 1;
        for lower in c.to_lowercase() {
            let end = self.len + lower.len_utf8();
            if let Some(place) = self.bytes.get_mut(self.len..end) {
                lower.encode_utf8(place);
            }
            self.len = end;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The word, or empty if it is longer than any known one.
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.as_bytes() == word.as_bytes()
    }

    /// The month of at least three letters of its English name, or of another language.
    pub(super) fn month(&self) -> Option<u8> {
        let abroad = || ABROAD.iter().position(|names| names.iter().any(|name| self.is(name)));
        let at = MONTHS.iter().position(|month| self.begins(month)).or_else(abroad)?;
        u8::try_from(at + 1).ok()
    }

    pub(super) fn weekday(&self) -> bool {
        WEEKDAYS.iter().any(|day| self.begins(day))
    }

    /// Words between day, month and year: "26 of July", "3 de agosto de 2012".
    pub(super) fn is_of(&self) -> bool {
        ["of", "de", "del", "di"].iter().any(|word| self.is(word))
    }

    fn begins(&self, whole: &str) -> bool {
        self.as_bytes().len() >= 3 && whole.as_bytes().starts_with(self.as_bytes())
    }

    /// Zone names are at most five letters (`AEST`, `CHAST`).
    pub(super) fn zone(&self) -> bool {
        (1..=5).contains(&self.letters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_names_are_unambiguous_and_short_enough() {
        for (month, names) in ABROAD.iter().enumerate() {
            for name in *names {
                assert!(name.len() <= LONGEST, "{name}");
                let mut word = Word::default();
                name.chars().for_each(|c| word.push(c));
                assert_eq!(word.month(), u8::try_from(month + 1).ok(), "{name}");
            }
        }
    }
}
