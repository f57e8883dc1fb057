package quiz

import "math"

// dual is a number with its derivatives by the 21 weights: arithmetic on it differentiates as it goes (forward mode).
type dual struct {
	v float64
	d [21]float64
}

// weight is the i-th weight as a variable.
func weight(w *Weights, i int) dual {
	x := dual{v: w[i]}
	x.d[i] = 1
	return x
}

// chain is f(a), where f has this value and this slope at a.
func (a dual) chain(value, slope float64) dual {
	a.v = value
	for i := range a.d {
		a.d[i] *= slope
	}
	return a
}

func (a dual) plus(b dual) dual {
	a.v += b.v
	for i := range a.d {
		a.d[i] += b.d[i]
	}
	return a
}

func (a dual) times(b dual) dual {
	for i := range a.d {
		a.d[i] = a.d[i]*b.v + b.d[i]*a.v
	}
	a.v *= b.v
	return a
}

func (a dual) add(k float64) dual   { a.v += k; return a }
func (a dual) scale(k float64) dual { return a.chain(a.v*k, k) }
func (a dual) exp() dual            { e := math.Exp(a.v); return a.chain(e, e) }
func (a dual) log() dual            { return a.chain(math.Log(a.v), 1/a.v) }
func (a dual) inverse() dual        { return a.chain(1/a.v, -1/(a.v*a.v)) }

// pow is a to the b, for a above zero.
func (a dual) pow(b dual) dual { return a.log().times(b).exp() }

// within is a brought into a range. Outside of it nothing moves it.
func (a dual) within(low, high float64) dual {
	switch {
	case a.v < low:
		return dual{v: low}
	case a.v > high:
		return dual{v: high}
	}
	return a
}

func (a dual) least(b dual) dual {
	if b.v < a.v {
		return b
	}
	return a
}
