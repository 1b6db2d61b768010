package classify

import "strings"

const (
	firstHan = 0x4e00
	lastHan  = 0x9fff
)

// stopSingles are characters that carry no subject wherever they stand.
const stopSingles = "的了呢吗吧啊呀我们他她是也都就在和与把被将着之很"

// stopWords are function words and courtesies of two or more characters, a short list of our own.
const stopWords = `什么 为什么 为何 怎么 怎样 怎么样 如何 如果 因为 所以 因此 但是 可是 然而 虽然 而且 并且
以及 或者 还有 由于 对于 关于 按照 根据 通过 作为 甚至 尤其 特别 各种 各位 其他 其它 其中 任何 所谓 开始
然后 后来 同时 尽快 尽管 必须 可以 可能 不能 没有 尊敬 难道 到底 经过 一样 不仅 有关 多少 大家 只有 只要
才能 本人 这个 这些 这样 这里 这么 那个 那些 那样 那里 那么 不要 不会 不知道 很多 一个 一些 一直 一下 一种
一次 有些 哪里 哪个 哪些 另外 此外 并非 而是 于是 不过 只能 能否 能够 应该 应当 已经 曾经 为由 以为 认为
如下 以后 以前 以来 之后 之前 之间 起来 出来 下来 上来 过来 现在 目前 您好 你好 谢谢 请问 自己 咱们`

const (
	isStop = 1 << iota // dropped alone
	isHead             // begins a longer stop word
)

// folder reduces text to Han characters without stop words.
type folder struct {
	flag [lastHan - firstHan + 1]uint8
	long map[rune][][]rune // stop words by first character, longest first
}

func newFolder() *folder {
	f := &folder{long: map[rune][][]rune{}}
	for _, r := range stopSingles {
		f.flag[r-firstHan] |= isStop
	}
	for _, w := range strings.Fields(stopWords) {
		rs := []rune(w)
		f.flag[rs[0]-firstHan] |= isHead
		f.long[rs[0]] = insertLongest(f.long[rs[0]], rs)
	}
	return f
}

func insertLongest(words [][]rune, w []rune) [][]rune {
	at := 0
	for at < len(words) && len(words[at]) >= len(w) {
		at++
	}
	words = append(words, nil)
	copy(words[at+1:], words[at:])
	words[at] = w
	return words
}

// fold appends the characters of s that count to dst. Words are found over dropped punctuation as
// well, as training texts without punctuation would show them.
func (f *folder) fold(dst []rune, s string) []rune {
	start := len(dst)
	for _, r := range s {
		if r >= firstHan && r <= lastHan {
			dst = append(dst, r)
		}
	}
	return dst[:start+f.dropStops(dst[start:])]
}

func (f *folder) dropStops(rs []rune) int {
	kept := 0
	for i := 0; i < len(rs); {
		flag := f.flag[rs[i]-firstHan]
		if flag&isHead != 0 {
			if n := f.longAt(rs[i:]); n > 0 {
				i += n
				continue
			}
		}
		if flag&isStop == 0 {
			rs[kept] = rs[i]
			kept++
		}
		i++
	}
	return kept
}

// longAt gives the length of the longest stop word at the start of rs, 0 when none.
func (f *folder) longAt(rs []rune) int {
next:
	for _, w := range f.long[rs[0]] {
		if len(w) > len(rs) {
			continue
		}
		for i := range w {
			if w[i] != rs[i] {
				continue next
			}
		}
		return len(w)
	}
	return 0
}
