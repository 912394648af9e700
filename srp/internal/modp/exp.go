package modp

// Exp sets z to x^e, e big-endian.
func (z *Element) Exp(x *Element, e []byte) *Element {
	var table [16]Element
	table[0] = one
	for i := 1; i < 16; i++ {
		table[i].Mul(&table[i-1], x)
	}
	r := one
	for _, b := range e {
		for _, d := range [2]byte{b >> 4, b & 15} {
			r.Square(&r)
			r.Square(&r)
			r.Square(&r)
			r.Square(&r)
			var t Element
			for j := range table {
				m := -uint64((uint32(byte(j)^d) - 1) >> 31)
				for k := range t {
					t[k] |= table[j][k] & m
				}
			}
			r.Mul(&r, &t)
		}
	}
	*z = r
	return z
}

// ExpG sets z to 2^e, e big-endian.
func (z *Element) ExpG(e []byte) *Element {
	var g Element
	g.Add(&one, &one)
	return z.Exp(&g, e)
}
