//! HTML character references.
//!
//! Owns the table. Must never: guess; a name that is not in it, or has no semicolon, is kept as
//! written ("Q&A", "AT&T").

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// The 252 names of HTML 4.01 (section 24), and those of HTML 5 that occur in dumps: punctuation
/// that scrapers encode, stars, and letters of Latin-2.
const NAMES: &str = "\
    Tab 9 NewLine 10 excl 33 QUOT 34 quot 34 num 35 dollar 36 percnt 37 AMP 38 amp 38 apos 39 lpar \
    40 rpar 41 ast 42 plus 43 comma 44 period 46 sol 47 colon 58 semi 59 LT 60 lt 60 equals 61 GT \
    62 gt 62 quest 63 commat 64 lbrack 91 lsqb 91 bsol 92 rbrack 93 rsqb 93 lowbar 95 grave 96 \
    lbrace 123 vert 124 rbrace 125 nbsp 160 iexcl 161 cent 162 pound 163 curren 164 yen 165 brvbar \
    166 sect 167 uml 168 copy 169 ordf 170 laquo 171 not 172 shy 173 reg 174 macr 175 deg 176 \
    plusmn 177 sup2 178 sup3 179 acute 180 micro 181 para 182 middot 183 cedil 184 sup1 185 ordm \
    186 raquo 187 frac14 188 frac12 189 half 189 frac34 190 iquest 191 Agrave 192 Aacute 193 Acirc \
    194 Atilde 195 Auml 196 Aring 197 AElig 198 Ccedil 199 Egrave 200 Eacute 201 Ecirc 202 Euml \
    203 Igrave 204 Iacute 205 Icirc 206 Iuml 207 ETH 208 Ntilde 209 Ograve 210 Oacute 211 Ocirc \
    212 Otilde 213 Ouml 214 times 215 Oslash 216 Ugrave 217 Uacute 218 Ucirc 219 Uuml 220 Yacute \
    221 THORN 222 szlig 223 agrave 224 aacute 225 acirc 226 atilde 227 auml 228 aring 229 aelig \
    230 ccedil 231 egrave 232 eacute 233 ecirc 234 euml 235 igrave 236 iacute 237 icirc 238 iuml \
    239 eth 240 ntilde 241 ograve 242 oacute 243 ocirc 244 otilde 245 ouml 246 divide 247 oslash \
    248 ugrave 249 uacute 250 ucirc 251 uuml 252 yacute 253 thorn 254 yuml 255 aogon 261 Cacute \
    262 cacute 263 Ccaron 268 ccaron 269 dstrok 273 eogon 281 ecaron 283 Gbreve 286 gbreve 287 \
    Idot 304 imath 305 inodot 305 Lstrok 321 lstrok 322 nacute 324 ncaron 328 odblac 337 OElig 338 \
    oelig 339 rcaron 345 sacute 347 Scedil 350 scedil 351 Scaron 352 scaron 353 uring 367 udblac \
    369 Yuml 376 zacute 378 zdot 380 Zcaron 381 zcaron 382 fnof 402 circ 710 tilde 732 Alpha 913 \
    Beta 914 Gamma 915 Delta 916 Epsilon 917 Zeta 918 Eta 919 Theta 920 Iota 921 Kappa 922 Lambda \
    923 Mu 924 Nu 925 Xi 926 Omicron 927 Pi 928 Rho 929 Sigma 931 Tau 932 Upsilon 933 Phi 934 Chi \
    935 Psi 936 Omega 937 alpha 945 beta 946 gamma 947 delta 948 epsilon 949 zeta 950 eta 951 \
    theta 952 iota 953 kappa 954 lambda 955 mu 956 nu 957 xi 958 omicron 959 pi 960 rho 961 sigmaf \
    962 sigma 963 tau 964 upsilon 965 phi 966 chi 967 psi 968 omega 969 thetasym 977 upsih 978 piv \
    982 ensp 8194 emsp 8195 thinsp 8201 zwnj 8204 zwj 8205 lrm 8206 rlm 8207 dash 8208 ndash 8211 \
    mdash 8212 horbar 8213 lsquo 8216 rsquo 8217 rsquor 8217 sbquo 8218 ldquo 8220 rdquo 8221 \
    rdquor 8221 bdquo 8222 ldquor 8222 dagger 8224 Dagger 8225 bull 8226 hellip 8230 mldr 8230 \
    permil 8240 prime 8242 Prime 8243 lsaquo 8249 rsaquo 8250 oline 8254 frasl 8260 euro 8364 \
    image 8465 weierp 8472 real 8476 trade 8482 alefsym 8501 frac13 8531 frac23 8532 larr 8592 \
    uarr 8593 rarr 8594 darr 8595 harr 8596 crarr 8629 lArr 8656 uArr 8657 rArr 8658 dArr 8659 \
    hArr 8660 forall 8704 part 8706 exist 8707 empty 8709 nabla 8711 isin 8712 notin 8713 ni 8715 \
    prod 8719 sum 8721 minus 8722 lowast 8727 radic 8730 prop 8733 infin 8734 ang 8736 and 8743 or \
    8744 cap 8745 cup 8746 int 8747 there4 8756 sim 8764 cong 8773 asymp 8776 ne 8800 equiv 8801 \
    le 8804 ge 8805 sub 8834 sup 8835 nsub 8836 sube 8838 supe 8839 oplus 8853 otimes 8855 perp \
    8869 sdot 8901 lceil 8968 rceil 8969 lfloor 8970 rfloor 8971 lang 9001 rang 9002 loz 9674 \
    bigstar 9733 starf 9733 star 9734 phone 9742 spades 9824 clubs 9827 hearts 9829 diams 9830 \
    check 10003 \
    ";

/// The longest name in the table has 8 letters (`thetasym`).
const LONGEST_NAME: usize = 8;

/// Maximum length of a number after `&#`, with leading zeros.
const LONGEST_NUMBER: usize = 12;

/// Windows-1252's characters at 0x80–0x9F; five positions are undefined. HTML reads `&#133;` this
/// way ("numeric character reference end state"), and texts decoded as Latin-1 contain the same
/// numbers as characters.
pub(super) fn windows_1252(c: char) -> Option<char> {
    const PLACES: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    let at = usize::try_from(u32::from(c).checked_sub(0x80)?).ok()?;
    PLACES.get(at).copied().filter(|&c| c != '\0')
}

static TABLE: LazyLock<FxHashMap<&'static str, char>> = LazyLock::new(|| {
    let mut words = NAMES.split_ascii_whitespace();
    let mut table = FxHashMap::default();
    while let (Some(name), Some(code)) = (words.next(), words.next()) {
        if let Some(c) = code.parse().ok().and_then(char::from_u32) {
            table.insert(name, c);
        }
    }
    table
});

/// The character reference after an ampersand, and its length in `after`: `eacute; was` gives `é`
/// and 7.
///
/// Doubly encoded references are resolved at once (`amp;#39;` gives `'`): they occur in dumps that
/// passed through two programs, while reviews that talk about HTML references do not.
pub(super) fn reference(after: &str) -> Option<(char, usize)> {
    let (mut c, mut taken) = once(after)?;
    while c == '&' {
        let Some((inner, more)) = after.get(taken..).and_then(once) else {
            break;
        };
        c = inner;
        taken += more;
    }
    Some((c, taken))
}

fn once(after: &str) -> Option<(char, usize)> {
    if let Some(number) = after.strip_prefix('#') {
        let (c, taken) = numeric(number)?;
        return Some((c, taken + 1));
    }
    let end = after.bytes().take(LONGEST_NAME + 1).position(|b| b == b';')?;
    let c = TABLE.get(after.get(..end)?)?;
    Some((*c, end + 1))
}

/// `233;`, `xE9;` and, as browsers accept them, the same without semicolon.
fn numeric(number: &str) -> Option<(char, usize)> {
    let (digits, radix, before) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (number, 10, 0),
    };
    let len =
        digits.bytes().take(LONGEST_NUMBER).take_while(|&b| char::from(b).is_digit(radix)).count();
    let code = u32::from_str_radix(digits.get(..len)?, radix).ok()?;
    let end = usize::from(digits.as_bytes().get(len) == Some(&b';'));
    // The standard maps surrogates and numbers beyond Unicode to U+FFFD.
    Some((char::from_u32(code).unwrap_or('\u{FFFD}'), before + len + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(TABLE.len() * 2, NAMES.split_ascii_whitespace().count());
        assert_eq!(TABLE.keys().map(|name| name.len()).max(), Some(LONGEST_NAME));
    }

    #[test]
    fn references() {
        let cases = [
            ("eacute; was", Some(('é', 7))),
            ("nbsp;", Some(('\u{a0}', 5))),
            ("hellip;", Some(('…', 7))),
            ("apos;", Some(('\'', 5))),
            ("#39;", Some(('\'', 4))),
            ("#39 ", Some(('\'', 3))),
            ("#x27;", Some(('\'', 5))),
            ("#X2019;", Some(('’', 7))),
            ("amp;#39;", Some(('\'', 8))),
            ("amp;amp;quot;", Some(('"', 13))),
            ("amp; co", Some(('&', 4))),
            ("#xD800;", Some(('\u{FFFD}', 7))),
            ("#99999999;", Some(('\u{FFFD}', 10))),
            ("#;", None),
            ("#x;", None),
            ("A", None),
            ("copy", None),
            ("unknown;", None),
            ("", None),
            ("é;", None),
        ];
        for (after, expected) in cases {
            assert_eq!(reference(after), expected, "{after:?}");
        }
    }
}
