package classify

import (
	"math"
	"math/rand/v2"
)

// foldOf deals n rows into folds evenly in a seeded order.
func foldOf(n, folds int) []int {
	place := make([]int, n)
	for i, d := range rand.New(rand.NewPCG(7, 12345)).Perm(n) {
		place[d] = i % folds
	}
	return place
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// fitScale finds the factor on the margins that makes their softmax fit the labels best (Guo et al.
// 2017, temperature scaling), by golden section between 0.1 and 50.
func fitScale(margins []float32, ys []int, k int) float64 {
	const golden = 0.6180339887498949
	lo, hi := math.Log(0.1), math.Log(50.0)
	for range 40 {
		a, b := hi-golden*(hi-lo), lo+golden*(hi-lo)
		if logLoss(margins, ys, k, math.Exp(a)) < logLoss(margins, ys, k, math.Exp(b)) {
			hi = b
		} else {
			lo = a
		}
	}
	return math.Exp((lo + hi) / 2)
}

func logLoss(margins []float32, ys []int, k int, scale float64) float64 {
	p := make([]float64, k)
	var sum float64
	for i, y := range ys {
		softmax(p, margins[i*k:(i+1)*k], scale)
		sum -= math.Log(max(p[y], 1e-12))
	}
	return sum / float64(len(ys))
}

// softmax writes exp(scale·margin) as shares of one.
func softmax(dst []float64, margins []float32, scale float64) {
	top := margins[0]
	for _, m := range margins {
		top = max(top, m)
	}
	var sum float64
	for c, m := range margins {
		dst[c] = math.Exp(scale * float64(m-top))
		sum += dst[c]
	}
	for c := range margins {
		dst[c] /= sum
	}
}
