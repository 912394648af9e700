package challengetest

import (
	"encoding/binary"
	"errors"
	"math"
	"unicode/utf8"
)

// Limits of the CBOR that is read: what authenticators send is far below.
const (
	maxCBORDepth = 4 // of CTAP 2.1, section 8, "Message Encoding"
	maxCBORItems = 1000
)

var errCBOR = errors.New("no canonical CBOR")

// decodeCBOR reads one value at the start of text and returns it and the rest.
// It takes the CBOR that CTAP 2 lets authenticators write (RFC 8949 with
// definite lengths in their shortest form, no tags, no key twice), and of it
// what WebAuthn needs: no floating point numbers. The order of keys is not
// checked, as the attestation object is the browser's work.
//
// Values are int64, []byte, string, bool, nil, []any and map[any]any with keys
// that are int64 or string.
func decodeCBOR(text []byte) (value any, rest []byte, err error) {
	d := cborDecoder{text, maxCBORItems}
	value, err = d.value(maxCBORDepth)
	return value, d.rest, err
}

type cborDecoder struct {
	rest  []byte
	items int // that may still come
}

// Major types of RFC 8949, section 3.1.
const (
	cborUnsigned = iota
	cborNegative
	cborBytes
	cborText
	cborArray
	cborMap
	cborTag
	cborSimple
)

func (d *cborDecoder) value(depth int) (any, error) {
	major, argument, err := d.head()
	if err != nil {
		return nil, err
	}
	if d.items--; d.items < 0 {
		return nil, errCBOR
	}
	switch major {
	case cborUnsigned, cborNegative:
		if argument > math.MaxInt64 {
			return nil, errCBOR
		}
		if major == cborNegative {
			return -1 - int64(argument), nil
		}
		return int64(argument), nil
	case cborBytes, cborText:
		if argument > uint64(len(d.rest)) {
			return nil, errCBOR
		}
		content := d.rest[:argument:argument]
		d.rest = d.rest[argument:]
		if major == cborBytes {
			return content, nil
		}
		if !utf8.Valid(content) {
			return nil, errCBOR
		}
		return string(content), nil
	case cborArray:
		list := []any{}
		for range argument {
			item, err := d.inside(depth)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		return list, nil
	case cborMap:
		object := make(map[any]any)
		for range argument {
			key, err := d.inside(depth)
			if err != nil {
				return nil, err
			}
			switch key.(type) {
			case int64, string:
			default:
				return nil, errCBOR
			}
			if _, ok := object[key]; ok {
				return nil, errCBOR
			}
			if object[key], err = d.inside(depth); err != nil {
				return nil, err
			}
		}
		return object, nil
	case cborSimple:
		switch argument {
		case 20, 21:
			return argument == 21, nil
		case 22:
			return nil, nil
		}
	}
	return nil, errCBOR
}

func (d *cborDecoder) inside(depth int) (any, error) {
	if depth == 0 {
		return nil, errCBOR
	}
	return d.value(depth - 1)
}

// head reads the initial byte of a value and its argument.
func (d *cborDecoder) head() (major byte, argument uint64, err error) {
	if len(d.rest) == 0 {
		return 0, 0, errCBOR
	}
	major, low := d.rest[0]>>5, d.rest[0]&0x1f
	d.rest = d.rest[1:]
	if low < 24 {
		return major, uint64(low), nil
	}
	size := 1 << (low - 24)
	if low > 27 || len(d.rest) < size || major == cborSimple {
		return 0, 0, errCBOR
	}
	var padded [8]byte
	copy(padded[8-size:], d.rest)
	argument = binary.BigEndian.Uint64(padded[:])
	d.rest = d.rest[size:]
	// The argument must need this size: more than half its bits, or 24 and
	// above in one byte.
	if size == 1 && argument < 24 || size > 1 && argument>>(4*size) == 0 {
		return 0, 0, errCBOR
	}
	return major, argument, nil
}

// A cborMember is one member of a map that appendCBOR writes.
type cborMember struct{ key, value any }

// appendCBOR writes what an authenticator needs: int, []byte, string, and maps
// as []cborMember, whose order is the caller's matter.
func appendCBOR(text []byte, value any) []byte {
	switch v := value.(type) {
	case int:
		if v < 0 {
			return appendCBORHead(text, cborNegative, uint64(-1-v))
		}
		return appendCBORHead(text, cborUnsigned, uint64(v))
	case []byte:
		return append(appendCBORHead(text, cborBytes, uint64(len(v))), v...)
	case string:
		return append(appendCBORHead(text, cborText, uint64(len(v))), v...)
	case []cborMember:
		text = appendCBORHead(text, cborMap, uint64(len(v)))
		for _, member := range v {
			text = appendCBOR(appendCBOR(text, member.key), member.value)
		}
		return text
	}
	panic("challengetest: no CBOR for such a value") // unreachable
}

func appendCBORHead(text []byte, major byte, argument uint64) []byte {
	major <<= 5
	switch {
	case argument < 24:
		return append(text, major|byte(argument))
	case argument <= math.MaxUint8:
		return append(text, major|24, byte(argument))
	case argument <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(text, major|25), uint16(argument))
	case argument <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(text, major|26), uint32(argument))
	default:
		return binary.BigEndian.AppendUint64(append(text, major|27), argument)
	}
}
