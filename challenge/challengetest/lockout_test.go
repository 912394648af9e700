package challengetest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

const (
	badPassword = "Incorrect username or password."
	locked      = "Password attempts exceeded"
)

// TestLockout walks the lock-out after wrong passwords from the fifth, which
// locks for a second, to where it stays at 15 minutes: by password and by SRP,
// for users and for those who only seem to be there.
func TestLockout(t *testing.T) {
	for _, name := range []string{"alice", "nobody"} {
		for _, how := range []string{"password", "srp"} {
			t.Run(name+"/"+how, func(t *testing.T) {
				now := newClock()
				p := newPool(t, challengetest.Config{
					Users: alice(), Now: now.now,
					Clients: []challengetest.AppClient{{ID: "client", AuthFlows: allFlows, PreventUserExistenceErrors: "ENABLED"}},
				})
				try := func(password string) reply {
					if how == "srp" {
						return srpSignIn(t, p, name, password, now.t)
					}
					return signIn(t, p, name, password)
				}
				for range 4 {
					try(wrong).fails(notAuthorized, badPassword)
				}
				for _, lock := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
					lock *= time.Second
					try(wrong).fails(notAuthorized, badPassword)
					try(right).fails(notAuthorized, locked) // and is not counted
					now.advance(lock - time.Millisecond)
					try(wrong).fails(notAuthorized, locked) // and extends nothing
					now.advance(time.Millisecond)
				}
				if name == "nobody" {
					return
				}
				try(right).tokens() // and all is forgotten
				for range 5 {
					try(wrong).fails(notAuthorized, badPassword)
				}
				try(right).fails(notAuthorized, locked)
			})
		}
	}
}

func TestLockoutForgets(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(), Now: now.now})
	for range 4 {
		signIn(t, p, "alice", wrong).fails(notAuthorized, badPassword)
	}
	now.advance(15*time.Minute - time.Second)
	signIn(t, p, "alice", wrong).fails(notAuthorized, badPassword)
	signIn(t, p, "alice", wrong).fails(notAuthorized, locked)
	now.advance(15 * time.Minute)
	for range 5 {
		signIn(t, p, "alice", wrong).fails(notAuthorized, badPassword)
	}
	signIn(t, p, "alice", wrong).fails(notAuthorized, locked)
}

// TestLockoutOfCodes has the same for second factors, and the session ends.
func TestLockoutOfCodes(t *testing.T) {
	for _, test := range []struct{ factor, key, mismatch string }{
		{"SMS_MFA", "SMS_MFA_CODE", "Invalid code or auth state for the user."},
		{"EMAIL_OTP", "EMAIL_OTP_CODE", "Invalid code or auth state for the user."},
		{"SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE", "Invalid code received for user"},
	} {
		now := newClock()
		p := newPool(t, challengetest.Config{Now: now.now, Users: alice(func(u *challengetest.User) {
			u.Attributes = texts{"phone_number": "+15550100", "email": "a@example.com"}
			u.MFA = []types.ChallengeNameType{types.ChallengeNameType(test.factor)}
		})})
		code := func() string {
			if test.factor != "SOFTWARE_TOKEN_MFA" {
				return last(t, p).Code.Reveal()
			}
			code, err := p.TOTPCode("alice")
			if err != nil {
				t.Fatal(err)
			}
			return code.Reveal()
		}
		with := func(code string) texts { return texts{"USERNAME": "alice", test.key: code} }
		const locked = "Too many invalid credentials attempts. User temporarily locked. Please try again after few seconds."
		asked := signIn(t, p, "alice", right)
		for range 5 {
			asked.answer(p, with("x")).fails(codeMismatch, test.mismatch)
		}
		asked.answer(p, with(code())).fails(notAuthorized, locked)
		asked.answer(p, with(code())).fails(notAuthorized, invalidSession)
		asked = signIn(t, p, "alice", right) // passwords are another matter
		now.advance(time.Second)
		asked.answer(p, with("x")).fails(codeMismatch, test.mismatch)
		now.advance(2 * time.Second)
		asked.answer(p, with(code())).tokens()
	}
}

// TestFirstFactorCodesLockNobody: six wrong ones in a row were seen live.
func TestFirstFactorCodesLockNobody(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(func(u *challengetest.User) { u.Attributes = texts{"email": "a@example.com"} })})
	asked := call(t, p, "InitiateAuth", object{"AuthFlow": "USER_AUTH", "AuthParameters": texts{"USERNAME": "alice", "PREFERRED_CHALLENGE": "EMAIL_OTP"}})
	for range 20 {
		asked.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": "x"}).fails(codeMismatch, "Invalid code or auth state for the user.")
	}
	asked.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).tokens()
}

// TestUsersWhoCannotSignIn has every state of a user, in every flow, with the
// right and a wrong password.
func TestUsersWhoCannotSignIn(t *testing.T) {
	for _, test := range []struct {
		name       string
		edit       func(*challengetest.User)
		code, text string
	}{
		{"disabled", func(u *challengetest.User) { u.Disabled = true }, notAuthorized, "User is disabled."},
		{"unconfirmed", func(u *challengetest.User) { u.Status = "UNCONFIRMED" }, "UserNotConfirmedException", "User is not confirmed."},
		{"reset required", func(u *challengetest.User) { u.Status = "RESET_REQUIRED" }, "PasswordResetRequiredException", "Password reset required for the user"},
	} {
		for _, hides := range []types.PreventUserExistenceErrorTypes{"LEGACY", "ENABLED"} {
			p := newPool(t, challengetest.Config{
				Users: alice(test.edit), Triggers: riddle(),
				Clients: []challengetest.AppClient{{ID: "client", AuthFlows: allFlows, PreventUserExistenceErrors: hides}},
			})
			for _, password := range []string{right, wrong} {
				signIn(t, p, "alice", password).fails(test.code, test.text)
			}
			for _, start := range []object{
				{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": "alice", "SRP_A": "2"}},
				{"AuthFlow": "CUSTOM_AUTH", "AuthParameters": texts{"USERNAME": "alice"}},
				{"AuthFlow": "USER_AUTH", "AuthParameters": texts{"USERNAME": "alice"}},
				{"AuthFlow": "USER_AUTH", "AuthParameters": texts{"USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": wrong}},
			} {
				call(t, p, "InitiateAuth", start).fails(test.code, test.text)
				call(t, p, "AdminInitiateAuth", start).fails(test.code, test.text)
			}
		}
	}
}

// TestCodeConfirms: an unconfirmed user of USER_AUTH is confirmed by a code,
// and not by a password before.
func TestCodeConfirms(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(func(u *challengetest.User) {
		u.Status, u.Attributes = "UNCONFIRMED", texts{"email": "a@example.com"}
	})})
	const unconfirmed, text = "UserNotConfirmedException", "User is not confirmed."
	start := func(params texts) reply {
		params["USERNAME"] = "alice"
		return call(t, p, "InitiateAuth", object{"AuthFlow": "USER_AUTH", "AuthParameters": params})
	}
	start(texts{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": right}).fails(unconfirmed, text)
	start(texts{"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "2"}).fails(unconfirmed, text)
	start(texts{}).answer(p, texts{"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": right}).fails(unconfirmed, text)
	asked := start(texts{"PREFERRED_CHALLENGE": "EMAIL_OTP"})
	signIn(t, p, "alice", right).fails(unconfirmed, text)
	asked.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).tokens()
	signIn(t, p, "alice", right).tokens()
}

func TestTemporaryPasswordExpires(t *testing.T) {
	const text = "Temporary password has expired and must be reset by an administrator."
	for _, days := range []int32{0, 1, 90} {
		now := newClock()
		p := newPool(t, challengetest.Config{
			Now: now.now, PasswordPolicy: &types.PasswordPolicyType{TemporaryPasswordValidityDays: days},
			Users: alice(func(u *challengetest.User) { u.Temporary = true }),
		})
		validity := time.Duration(days) * 24 * time.Hour
		if days == 0 {
			validity = 7 * 24 * time.Hour
		}
		now.advance(validity - time.Second)
		signIn(t, p, "alice", right).asks("NEW_PASSWORD_REQUIRED", "USER_ID_FOR_SRP", "requiredAttributes", "userAttributes")
		now.advance(time.Second)
		signIn(t, p, "alice", right).fails(notAuthorized, text)
		srpSignIn(t, p, "alice", right, now.t).fails(notAuthorized, text)
		signIn(t, p, "alice", wrong).fails(notAuthorized, badPassword)
	}
}

// TestPasswordRules refuses a new password by each rule, and keeps the session.
func TestPasswordRules(t *testing.T) {
	const policy, history = "InvalidPasswordException", "PasswordHistoryPolicyViolationException"
	p := newPool(t, challengetest.Config{
		PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength: aws.Int32(9), RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true,
			PasswordHistorySize: aws.Int32(1),
		},
		Users: alice(func(u *challengetest.User) { u.Temporary = true }),
	})
	asked := signIn(t, p, "alice", right)
	for password, want := range map[string][2]string{
		"Passw0r!":  {policy, "Password does not conform to policy: Password not long enough"},
		"passw0rd!": {policy, "Password does not conform to policy: Password must have uppercase characters"},
		"PASSW0RD!": {policy, "Password does not conform to policy: Password must have lowercase characters"},
		"Password!": {policy, "Password does not conform to policy: Password must have numeric characters"},
		"Passw0rds": {policy, "Password does not conform to policy: Password must have symbol characters"},
		right:       {history, "Password has previously been used"},
	} {
		asked.answer(p, texts{"USERNAME": "alice", "NEW_PASSWORD": password}).fails(want[0], want[1])
	}
	asked.answer(p, texts{"USERNAME": "alice", "NEW_PASSWORD": "An0ther one"}).tokens()
	signIn(t, p, "alice", right).fails(notAuthorized, badPassword)
	signIn(t, p, "alice", "An0ther one").tokens()
}

// TestUserDeletedMeanwhile is told by the app client's setting.
func TestUserDeletedMeanwhile(t *testing.T) {
	for _, test := range []struct {
		hides      types.PreventUserExistenceErrorTypes
		code, text string
	}{
		{"LEGACY", "UserNotFoundException", "User does not exist."},
		{"ENABLED", notAuthorized, badPassword},
	} {
		p := newPool(t, challengetest.Config{
			Users:   alice(func(u *challengetest.User) { u.Temporary = true }),
			Clients: []challengetest.AppClient{{ID: "client", AuthFlows: allFlows, PreventUserExistenceErrors: test.hides}},
		})
		asked := signIn(t, p, "alice", right)
		call(t, p, "AdminDeleteUser", object{"Username": "alice"}).ok()
		asked.answer(p, texts{"USERNAME": "alice", "NEW_PASSWORD": "An0ther one"}).fails(test.code, test.text)
	}
}

func TestNewPoolRefusesStatus(t *testing.T) {
	for _, status := range []types.UserStatusType{"CONFIRMED", "FORCE_CHANGE_PASSWORD", "unconfirmed"} {
		_, err := challengetest.NewPool(challengetest.Config{Users: alice(func(u *challengetest.User) { u.Status = status })})
		if want := fmt.Sprintf("challengetest: users[0].status: expected UNCONFIRMED, RESET_REQUIRED or nothing, got %q", status); err == nil || err.Error() != want {
			t.Errorf("got %v, expected %s", err, want)
		}
	}
	_, err := challengetest.NewPool(challengetest.Config{Users: []challengetest.User{{
		Username: "alice", Password: challenge.NewSecret(right), Temporary: true, Status: "RESET_REQUIRED",
	}}})
	if err == nil {
		t.Error("a temporary password of a user who must reset it")
	}
}

// TestLockedOutProof: a proof that the lock-out refused is of no use later.
func TestLockedOutProof(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(), Now: now.now})
	prove := srpAnswer(t, p, srpStart(t, p, "alice"), right, now.t)
	for range 5 {
		signIn(t, p, "alice", wrong).fails(notAuthorized, badPassword)
	}
	prove().fails(notAuthorized, locked)
	now.advance(time.Second)
	prove().fails(notAuthorized, badPassword)
	srpSignIn(t, p, "alice", right, now.t).tokens()
}
