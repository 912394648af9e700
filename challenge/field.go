package challenge

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/srp"
)

// Field describes one field of a challenge's form, and the key of
// ChallengeResponses to which it belongs.
type Field struct {
	// Name is the Go field, as in [InvalidError], such as "NewPassword" or
	// `Attributes["name"]`.
	Name string

	// Key is Cognito's key, such as "NEW_PASSWORD" or "userAttributes.name".
	Key string

	// Kind says what the value looks like.
	Kind Kind

	// Required says that there is no answer without it, given what else is
	// filled in.
	Required bool

	// Secret says that the value must not be printed, stored or shown while it
	// is typed.
	Secret bool

	// Issued says that Cognito gives the value.
	Issued bool

	// Ask says that a person has to be asked for the value, or, if its Kind is
	// KindJSON, the browser of that person. What is neither to be asked nor issued
	// is computed, as SRP_A is.
	Ask bool

	// Proven says that the value is not sent: [Client.Respond] makes an SRP
	// proof of it.
	Proven bool

	// Any says that Key is only the beginning of any number of keys, such as
	// "userAttributes.".
	Any bool

	// Choices are the values from which one is to be chosen. They are empty
	// where Cognito listed none.
	Choices []types.ChallengeNameType
}

// Kind is what the value of a [Field] looks like.
type Kind string

// The kinds of values. A value that is not of its kind is refused before
// anything is sent, as far as this package can tell without the service.
const (
	KindText   Kind = "text"       // any text
	KindCode   Kind = "code"       // a one-time code without white space
	KindTOTP   Kind = "six digits" // the code of an authenticator app
	KindChoice Kind = "choice"     // one of Choices
	KindHex    Kind = "hex"        // a number
	KindBase64 Kind = "base64"     // bytes, in standard base64
	KindJSON   Kind = "JSON"       // what a browser makes of [WebAuthn].RequestOptions
	KindTime   Kind = "time"       // such as "Fri Nov 20 15:04:05 UTC 2026"
)

// Form returns the form of a challenge with nothing filled in but what was
// issued, to be filled in by hand: an [SMSMFA] for SMS_MFA, and an [Unknown] for
// a name that this version does not know. Of issued, the Parameters are not
// looked at; [ReadReply] decodes them.
func Form(name types.ChallengeNameType, issued Issued) Challenge {
	c := newChallenge(name)
	*c.base() = issued
	return c
}

// IssuedOf returns the part of a challenge that Cognito issued: the challenge's
// own, not a copy. It is nil if ch is.
func IssuedOf(ch Challenge) *Issued {
	if isNil(ch) {
		return nil
	}
	return ch.base()
}

// Fields describes the fields of a challenge's form in the order of their
// definition: first those that all challenges share. With them a program can
// ask for an answer without a switch over the types, and hand the values to
// [FillAsked]. What there is to show besides, such as where a code went, is in
// [IssuedOf].
//
// SECRET_HASH and the Session are no fields of a form; see
// [Config.RespondInput]. To set up an authenticator app, [MFASetup] needs two
// calls of its own besides, and Marshal or Seal of it after each. [Unknown] has
// no fields to ask for.
func Fields(ch Challenge) []Field {
	if isNil(ch) {
		return nil
	}
	var fields []Field
	for _, in := range inputs(ch) {
		fields = append(fields, in.Field)
	}
	return fields
}

// Fill fills in a form with values under Cognito's keys, as they stand in a
// ChallengeResponses map of the caller's own. Fields whose keys are not among
// them stay as they are, and an empty value empties a field.
// [Challenge].ChallengeResponses is the way back, and checks the values. For
// what a user hands over there is [FillAsked].
//
// The error joins one [*InvalidError] for each key that the challenge does not
// take. In a challenge with a Username, so is a value that Cognito issues and
// that is another one there. The other values are filled in all the same. More
// than 1000 values are refused at once. SECRET_HASH is not taken, because
// [Config] makes it.
func Fill(ch Challenge, values map[string]string) error { return fill(ch, values, false) }

// FillAsked is [Fill] for values that come from a user, such as those of a posted
// form. It takes none but those of fields with Ask, so leave out what else was
// posted. White space in a one-time code is left out, because people paste codes
// as they are shown to them, such as "123 456".
func FillAsked(ch Challenge, values map[string]string) error { return fill(ch, values, true) }

func fill(ch Challenge, values map[string]string, asked bool) error {
	if isNil(ch) {
		return &InvalidError{Field: "challenge", Problem: "is nil"}
	}
	f := newForm(InvalidError{Challenge: ch.Name()})
	if len(values) > maxList {
		f.fail("values", "", fmt.Sprintf("has more than %d entries", maxList))
		return errors.Join(f.problems...)
	}
	all := inputs(ch)
	issued := ch.base().Username != ""
	for _, key := range slices.Sorted(maps.Keys(values)) {
		in, value := find(all, key), values[key]
		switch {
		case in == nil:
			f.fail("values", key, "is no key of this challenge")
		case asked && !in.Ask:
			f.fail(in.Name, key, "is not the user's to give")
		case in.Issued && issued && in.place.get() != value:
			f.fail(in.Name, key, "is another one than Cognito issued")
		case asked && (in.Kind == KindCode || in.Kind == KindTOTP):
			in.place.set(strings.Join(strings.Fields(value), ""))
		default:
			in.place.set(value)
		}
	}
	return errors.Join(f.problems...)
}

// find returns the input for a key, or nil.
func find(all []input, key string) *input {
	for i, in := range all {
		if !in.Any && in.Key == key {
			return &all[i]
		}
	}
	for i, in := range all {
		if name, ok := strings.CutPrefix(key, in.Key); ok && in.Any && key != secretHash {
			all[i].place = in.under(name)
			return &all[i]
		}
	}
	return nil
}

const secretHash = "SECRET_HASH"

// input is a field and where its value is.
type input struct {
	Field
	place place
	under func(name string) place             // of Any, instead of place
	check func(value string) (problem string) // nil: any value will do
}

// place holds the value of a field.
type place interface {
	get() string
	set(value string)
}

// text is the place of a value in a string.
type text[T ~string] struct{ of *T }

func (t text[T]) get() string      { return string(*t.of) }
func (t text[T]) set(value string) { *t.of = T(value) }

func (s *Secret) get() string      { return s.Reveal() }
func (s *Secret) set(value string) { *s = NewSecret(value) }

// inputs returns the fields that all challenges share, and c's own.
func inputs(c Challenge) []input {
	i := c.base()
	username, deviceKey := plain("Username", "USERNAME", &i.Username), plain("DeviceKey", "DEVICE_KEY", &i.DeviceKey)
	username.Issued, deviceKey.Issued = true, true
	deviceKey.Required = aboutDevice(c.Name())
	return append([]input{username, deviceKey}, c.fields()...)
}

// answer begins the ChallengeResponses of c with all its fields.
func answer(c Challenge) *form {
	f := newForm(InvalidError{Challenge: c.Name()})
	for _, in := range inputs(c) {
		if !in.Proven && !in.Any {
			f.add(in)
		}
	}
	return f
}

// plain is a required value that is no secret and that nobody is asked for.
func plain[T ~string](name, key string, value *T) input {
	return input{Field: Field{Name: name, Key: key, Kind: KindText, Required: true}, place: text[T]{value}}
}

// hidden is a required secret for which a person is asked.
func hidden(name, key string, value *Secret) input {
	return input{Field: Field{Name: name, Key: key, Kind: KindText, Required: true, Secret: true, Ask: true}, place: value}
}

// code is a one-time code. Its length is not checked: the service promises
// none for codes that it sends.
func code(name, key string, value *Secret) input {
	in := hidden(name, key, value)
	in.Kind, in.check = KindCode, checkCode
	return in
}

func checkCode(value string) string {
	if strings.ContainsFunc(value, unicode.IsSpace) {
		return "has white space in it"
	}
	return ""
}

// totp is a code of an authenticator app, which has six digits always.
func totp(name, key string, value *Secret) input {
	in := hidden(name, key, value)
	in.Kind, in.check = KindTOTP, checkTOTP
	return in
}

func checkTOTP(value string) string {
	notDigit := func(r rune) bool { return r < '0' || r > '9' }
	if value != "" && (len(value) != 6 || strings.ContainsFunc(value, notDigit)) {
		return "is not six digits"
	}
	return ""
}

// choice is one of the names in from; any name where from is empty.
func choice(name, key string, value *types.ChallengeNameType, from []types.ChallengeNameType) input {
	in := plain(name, key, value)
	in.Kind, in.Ask, in.Choices = KindChoice, true, slices.Clone(from)
	in.check = func(value string) string { return checkChoice(value, from) }
	return in
}

func checkChoice(value string, from []types.ChallengeNameType) string {
	if value != "" && len(from) > 0 && !slices.Contains(from, types.ChallengeNameType(value)) {
		return fmt.Sprintf("is %q, expected one of %q", clip(value, maxNamed), from)
	}
	return ""
}

// srpA is the beginning of an SRP exchange.
func srpA(value *string) input {
	in := plain("A", "SRP_A", value)
	in.Kind, in.check = KindHex, checkHex
	return in
}

func checkHex(value string) string {
	if strings.Trim(value, "0123456789abcdefABCDEF") != "" {
		return "is not hex"
	}
	return ""
}

func checkBase64(value string) string {
	if _, err := base64.StdEncoding.DecodeString(value); err != nil {
		return "is not base64"
	}
	return ""
}

// checkTime takes what srp.Timestamp makes and nothing else, because the
// service writes the time once more before it verifies a proof, and blames the
// password where its text is another one, as with a day of two digits.
func checkTime(value string) string {
	at, err := time.Parse("Mon Jan 2 15:04:05 UTC 2006", value)
	if value != "" && (err != nil || srp.Timestamp(at) != value) {
		return `is no time like "Mon Jan 2 15:04:05 UTC 2006"`
	}
	return ""
}
