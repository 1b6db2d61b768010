package classify

import (
	"math"
	"math/bits"
	"slices"
)

const (
	minTexts = 3 // a feature seen in fewer training texts is not kept
	maxCount = 256
)

// vocabulary finds a feature's index by its hash: open addressing, no pointers.
type vocabulary struct {
	hashes []uint32 // ascending; the index is the feature
	slots  []slot
	shift  uint8
}

type slot struct {
	hash uint32
	next int32 // feature + 1; 0 is an empty slot
}

// buildVocabulary gives the features of texts and how rare each is (idf).
func buildVocabulary(texts [][]rune) (*vocabulary, []float32) {
	type seen struct{ last, texts int32 }
	all := make(map[uint32]seen, 1<<20)
	for d, rs := range texts {
		eachGram(rs, func(h uint32, _ uint16) {
			if s := all[h]; s.last != int32(d+1) {
				all[h] = seen{int32(d + 1), s.texts + 1}
			}
		})
	}
	var hashes []uint32
	for h, s := range all {
		if s.texts >= minTexts {
			hashes = append(hashes, h)
		}
	}
	slices.Sort(hashes)
	idf := make([]float32, len(hashes))
	for i, h := range hashes {
		idf[i] = float32(1 + math.Log(float64(len(texts)+1)/float64(all[h].texts+1)))
	}
	return newVocabulary(hashes), idf
}

func newVocabulary(hashes []uint32) *vocabulary {
	size := bits.Len(uint(2*len(hashes) + 1))
	v := &vocabulary{hashes: hashes, slots: make([]slot, 1<<size), shift: uint8(32 - size)}
	mask := uint32(len(v.slots) - 1)
	for i, h := range hashes {
		at := h >> v.shift
		for v.slots[at].next != 0 {
			at = (at + 1) & mask
		}
		v.slots[at] = slot{h, int32(i + 1)}
	}
	return v
}

// find gives the feature of a hash, -1 when it is not known.
func (v *vocabulary) find(hash uint32) int32 {
	mask := uint32(len(v.slots) - 1)
	for at := hash >> v.shift; ; at = (at + 1) & mask {
		s := v.slots[at]
		if s.next == 0 || s.hash == hash {
			return s.next - 1
		}
	}
}

// vector is a text as features with weights of length one.
type vector struct {
	feature []int32
	weight  []float32
}

// counter finds the features of texts and keeps its memory between calls; not for concurrent use.
type counter struct {
	vocab   *vocabulary
	runes   []rune
	feature []int32
	count   []uint16 // by feature, all zero between calls
	logs    [maxCount + 1]float32
}

func newCounter(v *vocabulary) *counter {
	c := &counter{vocab: v, count: make([]uint16, len(v.hashes))}
	for i := 1; i <= maxCount; i++ {
		c.logs[i] = float32(1 + math.Log(float64(i)))
	}
	return c
}

// find counts the features of a text and lists each once; take must follow for every one.
func (c *counter) find(rs []rune) []int32 {
	c.feature = c.feature[:0]
	eachGram(rs, func(h uint32, n uint16) {
		f := c.vocab.find(h)
		if f < 0 {
			return
		}
		if c.count[f] == 0 {
			c.feature = append(c.feature, f)
		}
		c.count[f] = min(c.count[f]+n, maxCount)
	})
	return c.feature
}

// take gives 1+log of a feature's count and sets it back to zero.
func (c *counter) take(f int32) float32 {
	n := c.count[f]
	c.count[f] = 0
	return c.logs[n]
}

// vector gives (1+log count)·idf, scaled to length one.
func (c *counter) vector(rs []rune, idf []float32) vector {
	v := vector{feature: slices.Clone(c.find(rs))}
	v.weight = make([]float32, len(v.feature))
	var square float32
	for i, f := range v.feature {
		v.weight[i] = c.take(f) * idf[f]
		square += v.weight[i] * v.weight[i]
	}
	for i := range v.weight {
		v.weight[i] *= unit(square)
	}
	return v
}

// unit is the factor that gives length one to a vector of that squared length.
func unit(square float32) float32 {
	if square == 0 {
		return 0
	}
	return float32(1 / math.Sqrt(float64(square)))
}
