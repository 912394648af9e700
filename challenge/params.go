package challenge

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
)

// Params is an immutable set of Cognito's string parameters: AuthParameters,
// ChallengeParameters or ChallengeResponses. Because any of their values can
// be a secret, every way of printing Params shows the keys only. The zero
// value is the empty set.
type Params struct {
	values func() map[string]string // a closure, for the reason given in Secret
}

// NewParams returns a copy of values as Params. A nil map is the empty set.
func NewParams(values map[string]string) Params {
	return own(maps.Clone(values))
}

// own is NewParams for a map that nobody else has.
func own(values map[string]string) Params {
	if len(values) == 0 {
		return Params{}
	}
	return Params{func() map[string]string { return values }}
}

func (p Params) read() map[string]string {
	if p.values == nil {
		return nil
	}
	return p.values()
}

// Get returns the value of key, or "" when there is none.
func (p Params) Get(key string) string { return p.read()[key] }

// Has reports whether key is there, even with an empty value.
func (p Params) Has(key string) bool {
	_, ok := p.read()[key]
	return ok
}

// Keys returns the keys in order.
func (p Params) Keys() []string { return slices.Sorted(maps.Keys(p.read())) }

// Len returns the number of parameters.
func (p Params) Len() int { return len(p.read()) }

// Map returns a copy of the parameters with their values. It is never nil.
func (p Params) Map() map[string]string {
	values := make(map[string]string, p.Len())
	maps.Copy(values, p.read())
	return values
}

// without returns the set without key.
func (p Params) without(key string) Params {
	values := p.Map()
	delete(values, key)
	return own(values)
}

// Equal reports whether both sets hold the same keys and values.
func (p Params) Equal(q Params) bool { return maps.Equal(p.read(), q.read()) }

// String returns the keys in order, without their values.
func (p Params) String() string { return "[" + strings.Join(p.Keys(), " ") + "]" }

// Format writes the text of [Params.String] for every verb.
func (p Params) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.String()) }

// MarshalJSON returns the keys in order as a list. There is no way to
// unmarshal Params.
func (p Params) MarshalJSON() ([]byte, error) { return json.Marshal(p.Keys()) }

// LogValue returns the text of [Params.String].
func (p Params) LogValue() slog.Value { return slog.StringValue(p.String()) }
