package exchange

import (
	"encoding/binary"
	"math/bits"

	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

// A Client is the client's ephemeral pair. Package srp defines its Client by
// it, so that package srptest can convert one whose secret it has chosen.
type Client struct {
	// The secret is in a closure because fmt and the encoders look into
	// everything else, even where it is unexported.
	a      func() []byte
	public [modp.Size]byte
}

// NewClient returns the pair of a, which the Client keeps.
func NewClient(a []byte) *Client {
	return &Client{
		a:      func() []byte { return a },
		public: new(modp.Element).ExpG(a).Bytes(),
	}
}

// A returns A as a big-endian integer, or nil for the zero Client.
func (c *Client) A() []byte {
	if c.a == nil {
		return nil
	}
	return c.public[:]
}

// Secret returns a, or nil for the zero Client.
func (c *Client) Secret() []byte {
	if c.a == nil {
		return nil
	}
	return c.a()
}

// Key returns the key that proves knowledge of x to the server that sent B, a
// big-endian integer.
func (c *Client) Key(x [32]byte, B []byte) ([]byte, error) {
	// RFC 5054, section 2.5.3: "The client MUST abort the handshake with an
	// "illegal_parameter" alert if B % N = 0."
	var S modp.Element
	reduced := S.SetBytes(B)
	switch {
	case S.IsZero():
		return nil, ErrZeroB
	case !reduced:
		return nil, ErrRange
	}
	u, err := U(c.public[:], B)
	if err != nil {
		return nil, err
	}
	// Section 2.6: S = (B - (k * g^x)) ^ (a + (u * x)) % N
	var e [modp.Size + 1]byte
	v := Verifier(x)
	S.Sub(&S, v.Mul(v, k))
	S.Exp(&S, exponent(&e, c.a(), u, x))
	return Key(&S, u), nil
}

// exponent sets the last bytes of e to a + u·x and returns them. How many they
// are depends on the length of a only.
//
// The sum is not reduced modulo N-1: with a of 256 bits it has 512, which is
// shorter than what would come out.
func exponent(e *[modp.Size + 1]byte, a []byte, u, x [32]byte) []byte {
	// (2^256-1)² + 2^256-1 is less than 2^512. A longer a may carry.
	size := 64
	if len(a) > 32 {
		size = max(size, len(a)) + 1
	}
	sum := e[len(e)-size:]

	// HAC, algorithm 14.12: schoolbook multiplication.
	var p [8]uint64
	for i := range 4 {
		ui := binary.BigEndian.Uint64(u[8*(3-i):])
		var k uint64
		for j := range 4 {
			hi, lo := bits.Mul64(ui, binary.BigEndian.Uint64(x[8*(3-j):]))
			lo, c := bits.Add64(lo, p[i+j], 0)
			hi, _ = bits.Add64(hi, 0, c)
			p[i+j], c = bits.Add64(lo, k, 0)
			k, _ = bits.Add64(hi, 0, c)
		}
		p[i+4] = k
	}
	for i, l := range p {
		binary.BigEndian.PutUint64(sum[size-8*(i+1):], l)
	}
	var carry uint
	for i := range size {
		carry += uint(sum[size-1-i])
		if i < len(a) {
			carry += uint(a[len(a)-1-i])
		}
		sum[size-1-i] = byte(carry)
		carry >>= 8
	}
	return sum
}
