//! Readings of Han characters as people type them: without tones, `v` for `ü`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti as _;

use crate::text::is_han;

/// Readings of one character that are looked at; rare ones only add noise.
const MAX_READINGS: usize = 4;
/// Combinations of readings of one word.
const MAX_KEYS: usize = 8;

/// Readings beside the usual one that characters have in words of today: those of at least a fiftieth of the words of the
/// phrases of pypinyin (MIT) that the dictionary has, too. Characters have others, which make 网格 sound like 网络.
const OTHER_READINGS: &str = "\
    乐yue 了liao 亲qing 什shi 仔zi 会kuai 传zhuan 伺si 似si 伽jia 伽qie 佛fo 便pian 俟si 俩liang 偻lv 刨bao \
    刹cha 削xiao 剥bao 劲jing 勒le 匙chi 匮gui 卒cu 卜bu 卡qia 厦xia 参cen 参shen 叨tao 吁yu 吓he 否pi 吭hang \
    呢ni 呱gua 呷xia 咋ze 和huo 咽ye 啜chuo 喳cha 嚓cha 嚼jiao 囤tun 圈juan 埋man 埶shi 堡bu 堡pu 塞se 壳qiao \
    奇ji 娜nuo 宿xiu 射ye 尉yu 屏bing 属zhu 差chai 差ci 巷hang 度duo 弄long 弟ti 弹tan 强jiang 恶wu 扁pian \
    扎za 扒pa 扛gang 折she 抹ma 拓ta 拗niu 择zhai 捋luo 捰luo 擘bo 擿zhai 攒cuan 敦dui 景ying 暴pu 曝bao \
    曾zeng 朘juan 朝zhao 术zhu 朴piao 朴po 柏bo 柚zhou 柞zuo 查zha 栅shan 校jiao 核hu 椎zhui 槛jian 模mu \
    氓meng 汤shang 沓ta 没mo 泊bo 溺niao 潦liao 澄deng 爪zhua 牟mu 率shuai 琢zhuo 畜xu 的di 盛cheng 省xing \
    着zhao 着zhuo 磅pang 禅shan 称chen 粘nian 粥yu 糜mei 系ji 絜xie 纚sa 纤qian 纶guan 给ji 绿lu 缪miu 耙pa \
    肋lei 胖pan 脉mo 腌a 臭xiu 艾yi 茄qie 茜xi 莞wan 莨liang 莩piao 著zhuo 蔓wan 薄bo 藉jie 藏zang 蚌beng 蛇yi \
    蛤ge 血xie 行hang 被pi 裳chang 褚zhu 见xian 觉jiao 角jue 解xie 诘jie 谁shei 调tiao 贾gu 蹊xi 轧zha 辗zhan \
    辟bi 还huan 迫pai 都du 酖dan 重chong 钥yue 铛cheng 镐hao 长chang 阿e 降xiang 隗wei 雀qiao 露lou 靓liang \
    颈geng 颤zhan 骠piao 鹄hu 鹘hu 龈yin";

/// Longest text that is typed by its pinyin, in characters.
const MAX_SPOKEN: usize = 24;

/// Every syllable of standard Chinese as it is typed, without those of sounds like hm.
const SYLLABLES: &str = "\
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng \
    cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu \
    cuan cui cun cuo da dai dan dang dao de deng di dian diao die ding diu dong dou du duan dui dun duo e en er fa \
    fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo \
    ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin \
    jing jiong jiu ju juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la \
    lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan lun luo lv lve ma mai \
    man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian \
    niang niao nie nin ning niu nong nou nu nuan nun nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao \
    pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri \
    rong rou ru ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shen sheng shi shou \
    shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian \
    tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin \
    xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze \
    zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo \
    zi zong zou zu zuan zui zun zuo";
/// The same, to look them up.
static WHOLE: LazyLock<HashSet<&str>> =
    LazyLock::new(|| SYLLABLES.split_ascii_whitespace().collect());
/// Letters of the longest syllable.
const LONGEST_SYLLABLE: usize = 6;

/// Letters that no syllable begins with.
const NO_INITIALS: [char; 3] = ['i', 'u', 'v'];

/// Returns whether lower-case letters may be the first letters of syllables.
#[must_use]
pub fn may_be_initials(letters: &str) -> bool {
    !letters.contains(NO_INITIALS)
}

/// Returns whether letters are the pinyin of a word, and whether by the usual reading of every character.
#[must_use]
pub fn is_pinyin_of(letters: &str, word: &str) -> Option<bool> {
    let mut chars = word.chars();
    let Some(c) = chars.next() else { return letters.is_empty().then_some(true) };
    let rest = chars.as_str();
    let mut found = None;
    for (at, syllable) in syllables(c).enumerate() {
        let said = letters.strip_prefix(&*syllable).and_then(|letters| is_pinyin_of(letters, rest));
        found = found.max(said.map(|is_usual| is_usual && at == 0));
    }
    found
}

/// How letters can be divided into syllables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syllables {
    /// Into whole ones.
    Whole,
    /// Into at least one, and the beginning of another.
    Unfinished,
    /// Not at all.
    None,
}

/// Returns how lower-case letters can be divided into syllables.
#[must_use]
pub fn syllables_of(letters: &str) -> Syllables {
    static BEGINNINGS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let beginnings = |syllable: &&'static str| {
            let syllable = *syllable;
            (1..syllable.len()).map(move |end| &syllable[..end])
        };
        WHOLE.iter().flat_map(beginnings).collect()
    });
    if letters.is_empty() || !letters.bytes().all(|b| b.is_ascii_lowercase()) {
        return Syllables::None;
    }
    let ends = syllable_ends(letters);
    let from = letters.len().saturating_sub(LONGEST_SYLLABLE).max(1)..letters.len();
    if ends[letters.len()] {
        Syllables::Whole
    } else if from.into_iter().any(|at| ends[at] && BEGINNINGS.contains(&letters[at..])) {
        Syllables::Unfinished
    } else {
        Syllables::None
    }
}

/// Returns for every place of lower-case letters, its end with it, whether they can be divided into whole syllables up to there.
#[must_use]
pub fn syllable_ends(letters: &str) -> Vec<bool> {
    let mut ends = vec![false; letters.len() + 1];
    ends[0] = true;
    for to in 1..=letters.len() {
        let from = to.saturating_sub(LONGEST_SYLLABLE)..to;
        let is_whole = |at: usize| letters.get(at..to).is_some_and(|said| WHOLE.contains(said));
        ends[to] = from.into_iter().any(|at| ends[at] && is_whole(at));
    }
    ends
}

/// Returns the toneless readings of a character, the usual one first; empty if it has none.
#[must_use]
pub fn readings(c: char) -> Vec<String> {
    syllables(c).map(Cow::into_owned).collect()
}

/// Returns the same one by one.
pub fn syllables(c: char) -> impl Iterator<Item = Cow<'static, str>> {
    let mut seen = [""; MAX_READINGS];
    let all = c.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain);
    let different = all.filter(move |plain| {
        let free = seen.iter().position(|known| known.is_empty() || known == plain);
        let is_new = free.is_some_and(|free| seen[free].is_empty());
        if let (true, Some(free)) = (is_new, free) {
            seen[free] = plain;
        }
        is_new
    });
    different.map(|plain| {
        let has_umlaut = plain.contains('ü');
        if has_umlaut { Cow::Owned(plain.replace('ü', "v")) } else { Cow::Borrowed(plain) }
    })
}

/// Returns those of them that the character has in words of several characters.
pub fn syllables_in_words(c: char) -> impl Iterator<Item = Cow<'static, str>> {
    static OTHERS: LazyLock<HashSet<(char, &str)>> = LazyLock::new(|| {
        let pairs = OTHER_READINGS.split_ascii_whitespace();
        let pair = |pair: &'static str| {
            let mut rest = pair.chars();
            Some((rest.next()?, rest.as_str()))
        };
        pairs.filter_map(pair).collect()
    });
    let usual_first = syllables(c).enumerate();
    let known = usual_first.filter(move |(at, said)| *at == 0 || OTHERS.contains(&(c, &**said)));
    known.map(|(_, said)| said)
}

/// Returns whether a folded text can be typed by its pinyin: it has Han characters, is short, and everything in it that
/// is spoken has a reading or is a Latin letter or a digit.
#[must_use]
pub fn is_spoken(folded: &str) -> bool {
    let has_reading = |c: char| c.is_ascii_alphanumeric() || c.to_pinyin_multi().is_some();
    folded.chars().nth(MAX_SPOKEN).is_none()
        && folded.chars().any(is_han)
        && folded.chars().filter(|c| is_said(*c)).all(has_reading)
}

/// Returns whether a character of a folded text is typed when its pinyin is; signs and spaces are not.
#[must_use]
pub fn is_said(c: char) -> bool {
    is_han(c) || c.is_alphanumeric()
}

/// How a word can be typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PinyinKeys {
    /// All syllables: `shenjingwangluo`.
    pub full: Vec<String>,
    /// First letters: `sjwl`.
    pub initials: Vec<String>,
}

/// Returns the ways to type a word, the one of its characters' usual readings first; letters and digits in it stay. Empty if a character has no reading.
#[must_use]
pub fn pinyin_keys(word: &str) -> PinyinKeys {
    let mut full = vec![String::new()];
    let mut initials = vec![String::new()];
    let is_one = word.chars().nth(1).is_none();
    for c in word.chars() {
        let readings = if c.is_ascii_alphanumeric() {
            vec![c.to_ascii_lowercase().to_string()]
        } else if is_one {
            readings(c)
        } else {
            syllables_in_words(c).map(Cow::into_owned).collect()
        };
        if readings.is_empty() {
            return PinyinKeys::default();
        }
        let mut firsts: Vec<String> =
            readings.iter().map(|r| r.chars().take(1).collect()).collect();
        firsts.dedup();
        full = combine(&full, &readings);
        initials = combine(&initials, &firsts);
    }
    PinyinKeys { full, initials }
}

fn combine(keys: &[String], readings: &[String]) -> Vec<String> {
    let mut combined: Vec<String> = Vec::new();
    for reading in readings {
        for key in keys {
            let next = format!("{key}{reading}");
            if combined.len() < MAX_KEYS && !combined.contains(&next) {
                combined.push(next);
            }
        }
    }
    combined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_divided_into_syllables() {
        let check = |letters, expected| assert_eq!(syllables_of(letters), expected, "{letters}");
        for whole in ["shipin", "xian", "shujuku", "lvse", "nvxing", "a", "zhuang"] {
            check(whole, Syllables::Whole);
        }
        for unfinished in ["zhoujiel", "shuj", "shipinzh"] {
            check(unfinished, Syllables::Unfinished);
        }
        for other in ["python", "sjk", "zh", "", "Shu", "shu2", "b", "rust"] {
            check(other, Syllables::None);
        }
    }

    #[test]
    fn words_have_every_usual_reading() {
        assert_eq!(pinyin_keys("神经网络").initials, ["sjwl"]);
        assert!(pinyin_keys("神经网络").full.contains(&"shenjingwangluo".to_owned()));
        for (word, key) in [
            ("音乐", "yinyue"),
            ("重庆", "chongqing"),
            ("银行", "yinhang"),
            ("效率", "xiaolv"),
            ("长度", "changdu"),
            ("了解", "liaojie"),
            ("睡觉", "shuijiao"),
        ] {
            assert!(
                pinyin_keys(word).full.contains(&key.to_owned()),
                "{word}: {:?}",
                pinyin_keys(word)
            );
        }
        for (letters, word, expected) in [
            ("moxing", "模型", Some(true)),
            ("yinhang", "银行", Some(false)),
            ("moxin", "模型", None),
            ("moxingx", "模型", None),
            ("", "", Some(true)),
        ] {
            assert_eq!(is_pinyin_of(letters, word), expected, "{letters} {word}");
        }
        // A reading that no word has.
        assert_eq!(pinyin_keys("听说").full, ["tingshuo"]);
        assert_eq!(pinyin_keys("B站").full, ["bzhan"]);
        assert_eq!(pinyin_keys("🚀"), PinyinKeys::default());
    }
}
