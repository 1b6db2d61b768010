package classify

import (
	"context"
	"math/rand/v2"
)

// penalty is C of the squared hinge loss, chosen by five-fold cross-validation.
const penalty = 2.0

// weights are the one-vs-rest planes: k values per feature side by side, then k biases.
type weights struct {
	k     int
	plane []float32
	bias  []float32
}

func newWeights(features, k int) weights {
	return weights{k: k, plane: make([]float32, features*k), bias: make([]float32, k)}
}

// margins writes the k distances of x into dst.
func (w weights) margins(dst []float32, x vector) {
	copy(dst, w.bias)
	for i, f := range x.feature {
		v := x.weight[i]
		row := w.plane[int(f)*w.k : int(f)*w.k+len(dst)]
		for c := range dst {
			dst[c] += row[c] * v
		}
	}
}

func (w weights) add(delta []float32, x vector) {
	for i, f := range x.feature {
		v := x.weight[i]
		row := w.plane[int(f)*w.k : int(f)*w.k+len(delta)]
		for c := range delta {
			row[c] += delta[c] * v
		}
	}
	for c := range delta {
		w.bias[c] += delta[c]
	}
}

// solve trains k machines at once by dual coordinate descent (Hsieh et al. 2008) with the squared
// hinge loss over the rows of pick; each epoch visits them in a new seeded order.
func solve(ctx context.Context, xs []vector, ys []int, pick []int, w weights, epochs int) error {
	random := rand.New(rand.NewPCG(20210301, 499))
	order := append([]int(nil), pick...)
	alpha := make([]float32, len(xs)*w.k)
	margin, delta := make([]float32, w.k), make([]float32, w.k)
	for range epochs {
		if err := ctx.Err(); err != nil {
			return err
		}
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, d := range order {
			w.margins(margin, xs[d])
			if step(alpha[d*w.k:(d+1)*w.k], margin, delta, ys[d]) {
				w.add(delta, xs[d])
			}
		}
	}
	return nil
}

// step moves one row's dual variables to their optimum; rows have length one plus the bias, so the
// quadratic term is 2. It says whether anything moved.
func step(alpha, margin, delta []float32, label int) bool {
	const diagonal = float32(1 / (2 * penalty))
	moved := false
	for c := range alpha {
		y := float32(-1)
		if c == label {
			y = 1
		}
		gradient := y*margin[c] - 1 + diagonal*alpha[c]
		next := max(0, alpha[c]-gradient/(2+diagonal))
		delta[c] = (next - alpha[c]) * y
		moved = moved || next != alpha[c]
		alpha[c] = next
	}
	return moved
}
