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

// vocabulary finds a feature's index and rarity by its hash: open addressing, no pointers.
type vocabulary struct {
	hashes []uint32  // ascending; the index is the feature
	idf    []float32 // by feature
	slots  []slot
	shift  uint8
}

type slot struct {
	hash uint32
	next int32 // feature + 1; 0 is an empty slot
}

func buildVocabulary(texts [][]rune) *vocabulary {
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
	return newVocabulary(hashes, idf)
}

func newVocabulary(hashes []uint32, idf []float32) *vocabulary {
	size := bits.Len(uint(2*len(hashes) + 1))
	v := &vocabulary{hashes: hashes, idf: idf, slots: make([]slot, 1<<size), shift: uint8(32 - size)}
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

// counter turns texts into vectors and keeps its memory between calls; not for concurrent use.
type counter struct {
	vocab *vocabulary
	runes []rune
	count []uint16 // by feature, all zero between calls
	logs  [maxCount + 1]float32
	vec   vector
}

func newCounter(v *vocabulary) *counter {
	c := &counter{vocab: v, count: make([]uint16, len(v.hashes))}
	for i := 1; i <= maxCount; i++ {
		c.logs[i] = float32(1 + math.Log(float64(i)))
	}
	return c
}

// vector gives (1+log count)·idf, scaled to length one. It is valid until the next call.
func (c *counter) vector(rs []rune) vector {
	c.vec.feature, c.vec.weight = c.vec.feature[:0], c.vec.weight[:0]
	eachGram(rs, func(h uint32, n uint16) {
		f := c.vocab.find(h)
		if f < 0 {
			return
		}
		if c.count[f] == 0 {
			c.vec.feature = append(c.vec.feature, f)
		}
		c.count[f] = min(c.count[f]+n, maxCount)
	})
	var sum float32
	for _, f := range c.vec.feature {
		w := c.logs[c.count[f]] * c.vocab.idf[f]
		c.count[f] = 0
		c.vec.weight = append(c.vec.weight, w)
		sum += w * w
	}
	if sum > 0 {
		scale := float32(1 / math.Sqrt(float64(sum)))
		for i := range c.vec.weight {
			c.vec.weight[i] *= scale
		}
	}
	return c.vec
}
