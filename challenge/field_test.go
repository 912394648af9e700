package challenge_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

// TestFillIsTheWayBack: what a filled-in form sends fills in an empty one, so
// that it sends the same.
func TestFillIsTheWayBack(t *testing.T) {
	if len(filled) < 16 {
		t.Fatalf("%d forms", len(filled))
	}
	for name, f := range filled {
		ch := challenge.Form(name, challenge.Issued{})
		if setup, ok := ch.(*challenge.MFASetup); ok {
			setup.SoftwareTokenVerified = true // is in no key
		}
		if err := challenge.Fill(ch, f.want); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := ch.ChallengeResponses()
		if diff := cmp.Diff(f.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v, sends (-want +got):\n%s", name, err, diff)
		}
	}
}

// TestFieldsTellTheTruth takes each field's value out of each filled-in form:
// what Fields calls required is missed by its key, and nothing else is.
func TestFieldsTellTheTruth(t *testing.T) {
	checked := 0
	for name, f := range filled {
		fields := challenge.Fields(f.form())
		for _, field := range fields {
			if field.Any || field.Proven {
				continue
			}
			values := maps.Clone(f.want)
			delete(values, field.Key)
			ch := challenge.Form(name, challenge.Issued{})
			if choice, ok := ch.(*challenge.SelectChallenge); ok {
				choice.CanChoose = []types.ChallengeNameType{"PASSWORD"}
				if field.Key == "ANSWER" {
					delete(values, "PASSWORD") // which needs it
				}
			}
			if password, ok := ch.(*challenge.NewPasswordRequired); ok {
				password.RequiredAttributes = []string{"name"}
			}
			if setup, ok := ch.(*challenge.MFASetup); ok {
				setup.SoftwareTokenVerified = true
			}
			if err := challenge.Fill(ch, values); err != nil {
				t.Fatal(err)
			}
			_, err := ch.ChallengeResponses()
			var missed []string
			for _, e := range challenge.InvalidErrors(err) {
				missed = append(missed, e.Key)
			}
			var want []string
			if field.Required {
				want = []string{field.Key}
			}
			if diff := cmp.Diff(want, missed); diff != "" {
				t.Errorf("%s without %s (-want +got):\n%s", name, field.Key, diff)
			}
			checked++
		}
		for key := range f.want {
			if !slices.ContainsFunc(fields, func(f challenge.Field) bool { return f.Key == key }) {
				t.Errorf("%s: %s is sent and no field has it", name, key)
			}
		}
	}
	if checked < 3*len(filled) {
		t.Errorf("%d fields", checked)
	}
}

// TestFieldsNameGoFields: a field that Fields names is there under this name,
// and is a Secret exactly if it is said to be one.
func TestFieldsNameGoFields(t *testing.T) {
	for name, f := range filled {
		ch := f.form()
		for _, field := range challenge.Fields(ch) {
			goName, _, attribute := strings.Cut(field.Name, "[")
			v := reflect.ValueOf(ch).Elem().FieldByName(goName)
			if !v.IsValid() {
				t.Errorf("%s has no field %s", name, field.Name)
				continue
			}
			if _, secret := v.Interface().(challenge.Secret); secret != field.Secret {
				t.Errorf("%s: %s is a Secret: %t, and is said to be one: %t", name, field.Name, secret, field.Secret)
			}
			if attribute && !field.Ask {
				t.Errorf("%s: %s is nobody's to give", name, field.Name)
			}
			if field.Issued && field.Ask || field.Proven && !field.Ask {
				t.Errorf("%s: %s: %+v", name, field.Name, field)
			}
		}
	}
}

// TestFill: what is wrong with values that somebody hands over.
func TestFill(t *testing.T) {
	long := strings.Repeat("é", 1000)
	tests := []struct {
		name   string
		form   challenge.Challenge
		values map[string]string
		want   []problem
	}{
		{"nothing", &challenge.SMSMFA{Issued: issued}, nil, nil},
		{"what was issued", &challenge.SMSMFA{Issued: issued}, map[string]string{"USERNAME": "alice"}, nil},
		{
			"another user", &challenge.SMSMFA{Issued: issued},
			map[string]string{"USERNAME": "bob", "SMS_MFA_CODE": "1"},
			[]problem{{"Username", "USERNAME", "is another one than Cognito issued"}},
		},
		{
			"a device that was not issued", &challenge.SMSMFA{Issued: issued},
			map[string]string{"DEVICE_KEY": "eu-west-1_d"},
			[]problem{{"DeviceKey", "DEVICE_KEY", "is another one than Cognito issued"}},
		},
		{
			"nobody", &challenge.SMSMFA{Issued: issued},
			map[string]string{"USERNAME": ""},
			[]problem{{"Username", "USERNAME", "is another one than Cognito issued"}},
		},
		{"by hand", &challenge.SMSMFA{}, map[string]string{"USERNAME": "alice", "DEVICE_KEY": "eu-west-1_d"}, nil},
		{
			"another key", &challenge.SMSMFA{Issued: issued},
			map[string]string{"SMS_OTP_CODE": "1", "sms_mfa_code": "1"},
			[]problem{{"values", "SMS_OTP_CODE", "is no key of this challenge"}, {"values", "sms_mfa_code", "is no key of this challenge"}},
		},
		{
			"the hash", &challenge.SMSMFA{Issued: issued},
			map[string]string{"SECRET_HASH": "x"},
			[]problem{{"values", "SECRET_HASH", "is no key of this challenge"}},
		},
		{
			"the hash, unknown challenge", &challenge.Unknown{Issued: issued, ChallengeName: "NEW"},
			map[string]string{"SECRET_HASH": "x"},
			[]problem{{"values", "SECRET_HASH", "is no key of this challenge"}},
		},
		{"any key, unknown challenge", &challenge.Unknown{Issued: issued, ChallengeName: "NEW"}, map[string]string{"A": "x", "B": "y"}, nil},
		{
			"a long key", &challenge.SMSMFA{Issued: issued},
			map[string]string{"S" + long: "1"},
			[]problem{{"values", "S" + strings.Repeat("é", 99) + "…", "is no key of this challenge"}},
		},
		{
			"a key that is just not too long", &challenge.SMSMFA{Issued: issued},
			map[string]string{long[:200]: "1"},
			[]problem{{"values", long[:200], "is no key of this challenge"}},
		},
		{"no form", (*challenge.SMSMFA)(nil), nil, []problem{{"challenge", "", "is nil"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var problems []problem
			for _, e := range challenge.InvalidErrors(challenge.Fill(tt.form, tt.values)) {
				problems = append(problems, problem{e.Field, e.Key, e.Problem})
			}
			if diff := cmp.Diff(tt.want, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}

	many := make(map[string]string)
	for i := range 1000 {
		many[fmt.Sprint(i)] = ""
	}
	if got := challenge.InvalidErrors(challenge.Fill(&challenge.SMSMFA{}, many)); len(got) != 100 {
		t.Errorf("a thousand wrong keys are %d errors", len(got))
	}
	many["one more"] = ""
	if got := challenge.InvalidErrors(challenge.Fill(&challenge.SMSMFA{}, many)); len(got) != 1 || got[0].Key != "" {
		t.Errorf("a thousand and one keys: %v", got)
	}
}

func TestFieldsOfAnIssuedForm(t *testing.T) {
	ch := &challenge.NewPasswordRequired{Issued: issued, RequiredAttributes: []string{"name"}, UserAttributes: map[string]string{"email": "a@example.com"}}
	if err := challenge.Fill(ch, map[string]string{"NEW_PASSWORD": "N3w!", "userAttributes.custom:team": "blue"}); err != nil {
		t.Fatal(err)
	}
	if !ch.NewPassword.Equal(secret("N3w!")) || ch.Attributes["custom:team"] != "blue" {
		t.Errorf("filled in: %s, %v", ch.NewPassword.Reveal(), ch.Attributes)
	}
	var keys []string
	for _, field := range challenge.Fields(ch) {
		keys = append(keys, field.Key)
	}
	want := []string{"USERNAME", "DEVICE_KEY", "NEW_PASSWORD", "userAttributes.custom:team", "userAttributes.name", "userAttributes."}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}

	choice := &challenge.SelectChallenge{Issued: issued, Answer: "PASSWORD_SRP", CanChoose: []types.ChallengeNameType{"PASSWORD_SRP", "EMAIL_OTP"}}
	for _, field := range challenge.Fields(choice) {
		if field.Key == "ANSWER" && !slices.Equal(field.Choices, choice.CanChoose) {
			t.Errorf("choices are %v", field.Choices)
		}
		if field.Key == "PASSWORD" && !field.Proven || field.Key == "SRP_A" && !field.Required {
			t.Errorf("%s: %+v", field.Key, field)
		}
	}
	if challenge.Fields(nil) != nil || challenge.IssuedOf(nil) != nil {
		t.Error("no form has fields, or an issued part")
	}
	if challenge.IssuedOf(ch) != &ch.Issued {
		t.Error("the issued part is another one")
	}
}

// TestFillAsked: of a user nothing is taken but what a user is asked.
func TestFillAsked(t *testing.T) {
	for name := range filled {
		for _, field := range challenge.Fields(challenge.Form(name, challenge.Issued{})) {
			if field.Any {
				continue
			}
			err := challenge.FillAsked(challenge.Form(name, challenge.Issued{}), map[string]string{field.Key: "value"})
			if (err == nil) != field.Ask {
				t.Errorf("%s: %s: %v", name, field.Key, err)
			}
			if e := challenge.InvalidErrors(err); err != nil && (len(e) != 1 || e[0].Key != field.Key) {
				t.Errorf("%s: %s: %v", name, field.Key, err)
			}
		}
	}
	ch := challenge.Form("SMS_MFA", issued)
	if err := challenge.FillAsked(ch, map[string]string{"DEVICE_KEY": "eu-west-1_another", "SMS_MFA_CODE": "1"}); err == nil {
		t.Error("a device is taken from the user")
	}
	if got, err := ch.ChallengeResponses(); err != nil || got["SMS_MFA_CODE"] != "1" || got["DEVICE_KEY"] != "" {
		t.Errorf("sends %v, %v", got, err)
	}
	if err := challenge.FillAsked(challenge.Form("NEW", issued), map[string]string{"KEY": "1"}); err == nil {
		t.Error("an unknown challenge takes any key from the user")
	}
}

// TestCodesAreTakenAsTheyArePasted: white space in a code is an app's, or a
// clipboard's; in anything else it is the user's.
func TestCodesAreTakenAsTheyArePasted(t *testing.T) {
	for name, tt := range map[types.ChallengeNameType]struct{ key, posted, want string }{
		"SOFTWARE_TOKEN_MFA": {"SOFTWARE_TOKEN_MFA_CODE", " 123 456\n", "123456"},
		"SMS_MFA":            {"SMS_MFA_CODE", "\u00a01234\t", "1234"},
		"CUSTOM_CHALLENGE":   {"ANSWER", " a b ", " a b "},
		"PASSWORD":           {"PASSWORD", " a b ", " a b "},
	} {
		ch := challenge.Form(name, issued)
		if err := challenge.FillAsked(ch, map[string]string{tt.key: tt.posted}); err != nil {
			t.Error(err)
		}
		if got, err := ch.ChallengeResponses(); err != nil || got[tt.key] != tt.want {
			t.Errorf("%s: sends %q, %v", name, got[tt.key], err)
		}
	}
	ch := challenge.Form("SMS_MFA", issued)
	if err := challenge.Fill(ch, map[string]string{"SMS_MFA_CODE": "12 34"}); err != nil {
		t.Fatal(err)
	}
	if _, err := ch.ChallengeResponses(); err == nil {
		t.Error("a map of the caller's own is changed")
	}
}

// TestSelectChallengeAsksForWhatCanBeChosen: no password where none is taken.
func TestSelectChallengeAsksForWhatCanBeChosen(t *testing.T) {
	for name, tt := range map[string]struct {
		canChoose []types.ChallengeNameType
		want      bool
	}{
		"not listed":   {nil, true},
		"PASSWORD":     {[]types.ChallengeNameType{"EMAIL_OTP", "PASSWORD"}, true},
		"PASSWORD_SRP": {[]types.ChallengeNameType{"PASSWORD_SRP"}, true},
		"codes only":   {[]types.ChallengeNameType{"EMAIL_OTP", "SMS_OTP"}, false},
	} {
		ch := &challenge.SelectChallenge{Issued: issued, CanChoose: tt.canChoose}
		for _, field := range challenge.Fields(ch) {
			if field.Key == "PASSWORD" && field.Ask != tt.want {
				t.Errorf("%s: asks for a password: %t", name, field.Ask)
			}
		}
		if err := challenge.FillAsked(ch, map[string]string{"PASSWORD": "pw"}); (err == nil) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMFASetupAsksForWhatCanBeSetUp: no address where it would be refused.
func TestMFASetupAsksForWhatCanBeSetUp(t *testing.T) {
	for name, tt := range map[string]struct {
		setup *challenge.MFASetup
		want  bool
	}{
		"not listed":    {&challenge.MFASetup{}, true},
		"listed":        {&challenge.MFASetup{CanSetup: []types.ChallengeNameType{"SOFTWARE_TOKEN_MFA", "EMAIL_OTP"}}, true},
		"others listed": {&challenge.MFASetup{CanSetup: []types.ChallengeNameType{"SOFTWARE_TOKEN_MFA"}}, false},
		"verified":      {&challenge.MFASetup{SoftwareTokenVerified: true}, false},
	} {
		for _, field := range challenge.Fields(tt.setup) {
			if field.Key == "EMAIL" && field.Ask != tt.want {
				t.Errorf("%s: asks for an address: %t", name, field.Ask)
			}
		}
	}
}

// TestTheUnknownHasAForm: a name without a type is Unknown and answered all
// the same.
func TestTheUnknownHasAForm(t *testing.T) {
	ch := challenge.Form("SOMETHING_NEW", challenge.Issued{})
	if err := challenge.Fill(ch, map[string]string{"USERNAME": "alice", "NEW_KEY": "1"}); err != nil {
		t.Fatal(err)
	}
	got, err := ch.ChallengeResponses()
	if want := map[string]string{"USERNAME": "alice", "NEW_KEY": "1"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("sends %v, %v", got, err)
	}
	for _, field := range challenge.Fields(ch) {
		if !field.Issued && !field.Secret {
			t.Errorf("%s is no secret, as far as anybody knows", field.Name)
		}
	}
	if ch.Name() != "SOMETHING_NEW" {
		t.Errorf("is named %s", ch.Name())
	}
}

// FuzzFill: whatever is filled in, in any form, is sent unchanged under its
// keys or refused by its key.
func FuzzFill(f *testing.F) {
	for name, full := range filled {
		for key, value := range full.want {
			f.Add(string(name), key, value, "ANSWER", "PASSWORD")
		}
	}
	f.Add("SOMETHING_NEW", "KEY", "value", "SECRET_HASH", "x")
	f.Fuzz(func(t *testing.T, name, key1, value1, key2, value2 string) {
		values := map[string]string{key1: value1, key2: value2}
		ch := challenge.Form(types.ChallengeNameType(name), challenge.Issued{Username: "alice", DeviceKey: "eu-west-1_d"})

		if err := challenge.Fill(ch, values); err != nil {
			for _, e := range joined(err) {
				var invalid *challenge.InvalidError
				if !errors.As(e, &invalid) || len(e.Error()) > 1000+len(name) {
					t.Fatalf("got %T: %v", e, e)
				}
			}
			return
		}
		if _, ok := values["SECRET_HASH"]; ok {
			t.Fatal("SECRET_HASH is taken")
		}
		fields := challenge.Fields(ch)
		got, err := ch.ChallengeResponses()
		if err != nil {
			if len(challenge.InvalidErrors(err)) != len(joined(err)) {
				t.Fatalf("got %v", err)
			}
			return
		}
		if got["USERNAME"] != "alice" || got["DEVICE_KEY"] != "eu-west-1_d" {
			t.Fatal("what was issued has changed")
		}
		for key, value := range values {
			proven := slices.ContainsFunc(fields, func(f challenge.Field) bool { return f.Key == key && f.Proven })
			if sent, ok := got[key]; sent != value || ok == (value == "") || proven && ok {
				if !proven {
					t.Fatalf("%s: %s is sent as %q, filled in as %q", name, key, sent, value)
				}
			}
		}
	})
}

// TestFieldsTable makes KEYS.md from the forms. Run it with -update after a
// change of them.
func TestFieldsTable(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Keys

The keys of each challenge's ChallengeResponses, as ` + "`challenge.Fields`" + ` lists them
for its empty form. ` + "`go test ./challenge -run FieldsTable -update`" + ` writes this table.

Every answer also has USERNAME, and DEVICE_KEY if the user's device is known.
SECRET_HASH is added when the app client has a secret, and is over USERNAME. What
is computed, ` + "`Client.Respond`" + ` computes: SRP_A, for one, where a password is to
be proven.

| Challenge | Key | Go field | Looks like | Required | Secret | Comes from |
|---|---|---|---|---|---|---|
`)
	names := types.ChallengeNameType("").Values()
	slices.Sort(names)
	rows := 0
	for _, name := range names {
		form := challenge.Form(name, challenge.Issued{})
		for _, field := range challenge.Fields(form) {
			if field.Key == "USERNAME" || field.Key == "DEVICE_KEY" && !field.Required {
				continue
			}
			key, from := field.Key, "computed"
			switch {
			case field.Proven:
				from = "the user; proven, not sent"
			case field.Kind == challenge.KindJSON:
				from = "the user's browser"
			case field.Ask:
				from = "the user"
			case field.Issued:
				from = "Cognito"
			}
			if field.Any {
				key += "…"
			}
			yes := map[bool]string{true: "yes"}
			typ := reflect.TypeOf(form).Elem().Name()
			fmt.Fprintf(&b, "| `%s` | `%s` | `%s.%s` | %s | %s | %s | %s |\n", name, key, typ, field.Name, field.Kind, yes[field.Required], yes[field.Secret], from)
			rows++
		}
	}
	if rows < len(names) {
		t.Fatalf("%d rows for %d challenges", rows, len(names))
	}
	checkFile(t, "KEYS.md", b.String())
}

// checkFile compares a file with what the code makes of it, or writes it.
func checkFile(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the code says; run the test with -update", file)
	}
}
