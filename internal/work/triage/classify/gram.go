package classify

const (
	maxRun    = 3  // longest run of characters that is one feature
	leadRunes = 20 // characters at the start that count as the subject
	leadCount = 2  // what one occurrence there is worth
	leadSalt  = 0x5bd1e995_9d2c5681
)

// eachGram calls see for every run of 1 to maxRun characters with its hash and how often it counts.
// Runs that begin in the lead are seen a second time, salted, so that a subject weighs for itself.
func eachGram(rs []rune, see func(hash uint32, count uint16)) {
	for i := range rs {
		h := uint64(0)
		for n := 0; n < maxRun && i+n < len(rs); n++ {
			h = mix(h ^ uint64(rs[i+n])<<8 ^ uint64(n+1))
			if i >= leadRunes {
				see(uint32(h>>32), 1)
				continue
			}
			see(uint32(h>>32), leadCount)
			see(uint32(mix(h^leadSalt)>>32), 1)
		}
	}
}

// mix is the finalizer of splitmix64: every input bit moves every output bit.
func mix(h uint64) uint64 {
	h ^= h >> 30
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 27
	h *= 0x94d049bb133111eb
	return h ^ h>>31
}
