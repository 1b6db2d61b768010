package classify

import (
	"slices"
	"sync"
)

// Model classifies messages; it is immutable and safe for concurrent use.
type Model struct {
	labels []string
	fold   *folder
	vocab  *vocabulary
	rows   []float32 // by feature: idf, then the weight for each label, so that one look fetches all
	bias   []float32
	scale  float32
	digest string
	pool   sync.Pool // of *scratch
}

// Probability is a label with its calibrated share; the shares of one answer sum to 1.
type Probability struct {
	Label string
	Share float64
}

type scratch struct {
	count  *counter
	margin []float32
	share  []float64
}

func newModel(labels []string, vocab *vocabulary, rows, bias []float32, scale float32) *Model {
	m := &Model{labels: labels, fold: newFolder(), vocab: vocab, rows: rows, bias: bias, scale: scale}
	m.digest = m.sum()
	m.pool.New = func() any {
		return &scratch{newCounter(vocab), make([]float32, len(labels)), make([]float64, len(labels))}
	}
	return m
}

// Labels gives the labels the model knows, sorted.
func (m *Model) Labels() []string { return slices.Clone(m.labels) }

// Digest is the short content hash that names this model (12 hex digits).
func (m *Model) Digest() string { return m.digest }

// Classify appends every label with its share to dst, best first. It allocates nothing once dst has
// room and the model is warm.
func (m *Model) Classify(dst []Probability, subject, text string) []Probability {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	s.count.runes = m.fold.fold(m.fold.fold(s.count.runes[:0], subject), text)
	m.margins(s)
	softmax(s.share, s.margin, float64(m.scale))
	start := len(dst)
	for c, label := range m.labels {
		dst = append(dst, Probability{label, s.share[c]})
		for i := len(dst) - 1; i > start && dst[i].Share > dst[i-1].Share; i-- {
			dst[i], dst[i-1] = dst[i-1], dst[i]
		}
	}
	return dst
}

// margins computes the distances of the text in s from every plane, in one pass over its features.
func (m *Model) margins(s *scratch) {
	clear(s.margin)
	stride, square := len(m.labels)+1, float32(0)
	for _, f := range s.count.find(s.count.runes) {
		row := m.rows[int(f)*stride : int(f)*stride+stride]
		v := s.count.take(f) * row[0]
		square += v * v
		row = row[1 : len(s.margin)+1]
		for c := range s.margin {
			s.margin[c] += v * row[c]
		}
	}
	length := unit(square)
	for c := range s.margin {
		s.margin[c] = s.margin[c]*length + m.bias[c]
	}
}

// rowsOf puts each feature's idf before its weights.
func rowsOf(idf []float32, w weights) []float32 {
	out := make([]float32, 0, len(idf)*(w.k+1))
	for f, rarity := range idf {
		out = append(append(out, rarity), w.plane[f*w.k:(f+1)*w.k]...)
	}
	return out
}
