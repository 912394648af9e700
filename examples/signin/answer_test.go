package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// Every challenge that there is: what the user is asked, and what goes to
// Cognito, or why nothing does.
func TestAnswer(t *testing.T) {
	t.Parallel()
	issued := challenge.Issued{Username: "alice"}
	phone := challenge.Delivery{Medium: "SMS", Destination: "+*******0100"}
	mail := challenge.Delivery{Medium: "EMAIL", Destination: "a***@e***"}
	factors := []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"}
	const list = "1  PASSWORD\n2  PASSWORD_SRP\n3  EMAIL_OTP\nChoose a way to sign in:\n"

	tests := []struct {
		challenge challenge.Challenge
		input     string
		said      string
		want      map[string]string // the responses, but for USERNAME
		err       string
	}{
		{
			challenge: &challenge.SMSMFA{Issued: issued, Delivery: phone},
			input:     " 123456 \n", said: "Code sent by SMS to +*******0100:\n",
			want: map[string]string{"SMS_MFA_CODE": "123456"},
		},
		{
			challenge: &challenge.SMSOTP{Issued: issued, Delivery: phone},
			input:     "123456\r\n", said: "Code sent by SMS to +*******0100:\n",
			want: map[string]string{"SMS_OTP_CODE": "123456"},
		},
		{
			challenge: &challenge.EmailOTP{Issued: issued, Delivery: mail},
			input:     "12345678", said: "Code sent by EMAIL to a***@e***:\n",
			want: map[string]string{"EMAIL_OTP_CODE": "12345678"},
		},
		{
			challenge: &challenge.SoftwareTokenMFA{Issued: issued, DeviceName: "phone"},
			input:     "123456\n", said: "Code of your authenticator app phone:\n",
			want: map[string]string{"SOFTWARE_TOKEN_MFA_CODE": "123456"},
		},
		{
			challenge: &challenge.SelectMFAType{Issued: issued, CanChoose: []types.ChallengeNameType{"SMS_MFA", "EMAIL_OTP"}},
			input:     "2\n", said: "1  SMS_MFA\n2  EMAIL_OTP\nChoose a second factor:\n",
			want: map[string]string{"ANSWER": "EMAIL_OTP"},
		},
		{
			challenge: &challenge.SelectChallenge{Issued: issued, CanChoose: factors},
			input:     "1\nhunter2 \n", said: list + "Password of alice:\n",
			want: map[string]string{"ANSWER": "PASSWORD", "PASSWORD": "hunter2 "},
		},
		{
			challenge: &challenge.SelectChallenge{Issued: issued, CanChoose: factors},
			input:     "email_otp\n", said: list,
			want: map[string]string{"ANSWER": "EMAIL_OTP"},
		},
		{
			challenge: &challenge.Password{Issued: issued},
			input:     "hunter2\n", said: "Password of alice:\n",
			want: map[string]string{"PASSWORD": "hunter2"},
		},
		{
			challenge: &challenge.PasswordSRP{Issued: issued, A: "aa"}, // A: as Respond makes of the password
			input:     "hunter2\n", said: "Password of alice:\n",
			want: map[string]string{"SRP_A": "aa"},
		},
		{
			challenge: &challenge.AdminNoSRPAuth{Issued: issued},
			input:     "hunter2\n", said: "Password of alice:\n",
			want: map[string]string{"PASSWORD": "hunter2"},
		},
		{
			challenge: &challenge.NewPasswordRequired{Issued: issued, RequiredAttributes: []string{"name"}},
			input:     "hunter2\nAlice\n", said: "New password:\nYour name:\n",
			want: map[string]string{"NEW_PASSWORD": "hunter2", "userAttributes.name": "Alice"},
		},
		{
			challenge: &challenge.MFASetup{Issued: issued, CanSetup: []types.ChallengeNameType{"EMAIL_OTP", "SMS_MFA"}},
			input:     "a@example.com\n", said: "E-mail address for codes:\n",
			want: map[string]string{"EMAIL": "a@example.com"},
		},
		{
			challenge: &challenge.MFASetup{Issued: issued, CanSetup: []types.ChallengeNameType{"SMS_MFA"}},
			err:       "the pool wants a second factor that can't be set up here: [SMS_MFA]",
		},
		{
			challenge: &challenge.CustomChallenge{Issued: challenge.Issued{
				Username: "alice", Parameters: challenge.NewParams(map[string]string{"USERNAME": "alice", "question": "What is\x1b\nyour quest?"}),
			}},
			input: "the grail\n", said: "question: What is your quest?\nAnswer:\n",
			want: map[string]string{"ANSWER": "the grail"},
		},
		{challenge: &challenge.WebAuthn{Issued: issued}, err: "the pool wants a passkey, which takes a browser"},
		{challenge: &challenge.PasswordVerifier{Issued: issued}, err: "the pool wants the end of a password proof that was not begun"},
		{challenge: &challenge.DeviceSRPAuth{Issued: issued}, err: "the pool wants a proof from a remembered device, and none was given"},
		{challenge: &challenge.DevicePasswordVerifier{Issued: issued}, err: "the pool wants a proof from a remembered device, and none was given"},
		{challenge: &challenge.Unknown{Issued: issued, ChallengeName: "RIDDLE"}, err: `the pool asks "RIDDLE", which this program does not know`},
	}

	covered := map[types.ChallengeNameType]bool{}
	for _, test := range tests {
		c := test.challenge
		covered[c.Name()] = true
		t.Run(string(c.Name())+" "+test.input, func(t *testing.T) {
			t.Parallel()
			var said strings.Builder
			p := &person{
				terminal: newTerminal(strings.NewReader(test.input), &said),
				options:  &options{username: "alice"},
			}
			err := p.answer(t.Context(), c, nil)
			if said.String() != test.said {
				t.Errorf("got %q said, want %q", &said, test.said)
			}
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("got error %v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.ChallengeResponses()
			if err != nil {
				t.Fatal(err)
			}
			delete(got, "USERNAME")
			if !maps.Equal(got, test.want) {
				t.Errorf("got responses %v, want %v", got, test.want)
			}
		})
	}
	for _, name := range types.ChallengeNameType("").Values() {
		if !covered[name] {
			t.Errorf("no test of %s", name)
		}
	}
}

// A password that was given already is not asked for again.
func TestPasswordGiven(t *testing.T) {
	t.Parallel()
	password := challenge.NewSecret("hunter2")
	for _, c := range []challenge.Challenge{
		&challenge.Password{}, &challenge.PasswordSRP{}, &challenge.AdminNoSRPAuth{},
		&challenge.SelectChallenge{CanChoose: []types.ChallengeNameType{"PASSWORD_SRP"}},
	} {
		var said strings.Builder
		p := &person{
			terminal: newTerminal(strings.NewReader("1\n"), &said),
			options:  &options{password: password},
		}
		if err := p.answer(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
		var got challenge.Secret
		switch c := c.(type) {
		case *challenge.Password:
			got = c.Password
		case *challenge.PasswordSRP:
			got = c.Password
		case *challenge.AdminNoSRPAuth:
			got = c.Password
		case *challenge.SelectChallenge:
			got = c.Password
		}
		if !got.Equal(password) {
			t.Errorf("%s: not the password that was given", c.Name())
		}
		if strings.Contains(said.String(), "Password") {
			t.Errorf("%s: asked %q", c.Name(), &said)
		}
	}
}

// The transcript has what Cognito issued, also where it left out the name.
func TestTranscript(t *testing.T) {
	t.Parallel()
	seen := &transcript{}
	for _, reply := range []*challenge.Reply{
		{AvailableChallenges: []types.ChallengeNameType{"PASSWORD"}},
		{Challenge: "PASSWORD_VERIFIER"},
		nil, // a call that failed
		{Challenge: "SMS_MFA"},
		{Tokens: &challenge.Tokens{}},
	} {
		seen.received(reply)
	}
	if want := []types.ChallengeNameType{"SELECT_CHALLENGE", "PASSWORD_VERIFIER", "SMS_MFA"}; !slices.Equal(seen.steps, want) {
		t.Errorf("got steps %v, want %v", seen.steps, want)
	}
}
