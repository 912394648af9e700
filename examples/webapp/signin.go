package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// start starts a sign-in: POST /sign-in.
func (s *site) start(w http.ResponseWriter, r *http.Request) {
	a := newAttempt(r.PostForm)
	step, err := s.client.Start(r.Context(), s.flow(r), s.callOptions(r, a.Username))
	if err != nil {
		s.log.Info("sign-in refused", "err", err)
		s.startPage(w, status(err), a, sentence(err, startLabels))
		return
	}
	s.next(w, r, a, step)
}

// answer answers the challenge of a request before, which maybe another
// replica saw: POST /challenge.
func (s *site) answer(w http.ResponseWriter, r *http.Request) {
	c, a, err := s.openChallenge(r)
	if err != nil || r.PostFormValue("sign_in") != a.ID {
		s.startPage(w, http.StatusConflict, attempt{}, outdated)
		return
	}
	a.Answers++
	answered, err := s.fill(r.Context(), c, r.PostForm)
	if err == nil && !answered { // half of it: the same challenge once more
		s.next(w, r, a, c)
		return
	}
	var step challenge.Step
	if err == nil {
		step, err = s.client.Respond(r.Context(), c, s.callOptions(r, a.Username))
	}
	switch {
	case err == nil:
		s.next(w, r, a, step)
	case a.Answers < maxAnswers && askAgain(err):
		s.log.Info("answer refused", "err", err)
		if err := s.keepChallenge(w, r, a, c); err != nil {
			s.log.Error("the challenge can't be kept", "err", err)
		}
		s.challengePage(w, r, status(err), a, c, err)
	default:
		s.log.Info("sign-in refused", "err", err)
		s.dropCookie(w, r, challengeCookie)
		s.startPage(w, status(err), attempt{Username: a.Username}, sentence(err, nil))
	}
}

// next ends the sign-in, or hands its challenge to the browser until the next
// request.
func (s *site) next(w http.ResponseWriter, r *http.Request, a attempt, step challenge.Step) {
	switch step := step.(type) {
	case *challenge.Tokens:
		s.dropCookie(w, r, challengeCookie)
		s.signedIn(w, r, a, step)
		http.Redirect(w, r, "/", http.StatusSeeOther)
	case challenge.Challenge:
		err := s.prepare(r.Context(), step)
		if err == nil && a.Answers >= maxAnswers {
			err = errTooMany
		}
		if err == nil {
			err = s.keepChallenge(w, r, a, step)
		}
		if err != nil {
			s.log.Warn("sign-in ended", "challenge", step.Name(), "err", err)
			s.dropCookie(w, r, challengeCookie)
			s.startPage(w, status(err), attempt{Username: a.Username}, sentence(err, nil))
			return
		}
		http.Redirect(w, r, "/challenge", http.StatusSeeOther)
	}
}

// maxAnswers is the most answers that a sign-in takes, wrong ones included. It
// has five or six steps at the most.
const maxAnswers = 10

var errTooMany = errors.New("too many answers")

// askAgain reports whether the same challenge can be answered once more. A
// call that surely had no effect may be made again, too.
func askAgain(err error) bool {
	var refused *challenge.Error
	return challenge.AskAgain(err) ||
		errors.As(err, &refused) && refused.Retryable && refused.SessionUsable != challenge.No
}

// flow is how the form says to start.
func (s *site) flow(r *http.Request) challenge.Flow {
	username := r.PostFormValue("username")
	password := challenge.NewSecret(r.PostFormValue("password"))
	switch {
	case r.PostFormValue("how") == "choose":
		return challenge.Choice{Username: username}
	case s.how == "password":
		return challenge.UserPassword{Username: username, Password: password}
	case s.how == "custom":
		return challenge.Custom{Username: username, Password: password}
	default:
		return challenge.UserSRP{Username: username, Password: password}
	}
}

// prepare does what has to be done before a challenge is shown.
func (s *site) prepare(ctx context.Context, c challenge.Challenge) error {
	setup, ok := c.(*challenge.MFASetup)
	if !ok || !setup.Token.SecretCode.IsZero() {
		return nil
	}
	switch possible := canSetUp(setup); {
	case len(possible) == 0:
		return errNoSetup
	case len(possible) == 1 && possible[0] == types.ChallengeNameTypeSoftwareTokenMfa:
		_, err := setup.AssociateSoftwareToken(ctx, s.sdk)
		return err
	}
	return nil // the user chooses first
}

var errNoSetup = errors.New("the pool wants a second factor that can't be set up in a sign-in")

// signedIn hands the tokens to the browser, and makes its device known to the
// pool if the pool wants to know devices. Without that the user is signed in
// all the same.
func (s *site) signedIn(w http.ResponseWriter, r *http.Request, a attempt, tokens *challenge.Tokens) {
	device, err := s.knowDevice(r, a, tokens)
	switch {
	case err != nil:
		s.log.Warn("the device can't be remembered", "err", err)
	case device != nil:
		s.keepDevice(w, r, a.Username, *device) // also an old one: under the newest key
	case tokens.ForgetDevice:
		s.dropCookie(w, r, deviceCookie(a.Username))
	}
	s.keepSession(w, r, session{
		Typed:        a.Username,
		Username:     tokens.Username,
		AccessToken:  tokens.AccessToken.Reveal(),
		IDToken:      tokens.IDToken.Reveal(),
		RefreshToken: tokens.RefreshToken.Reveal(),
	})
	s.log.Info("signed in")
}

// knowDevice returns the device of the sign-in, or nil. A new one is confirmed
// in any case, because otherwise Cognito would not refresh the tokens; it is
// remembered if the user wants it, or if the pool remembers all.
func (s *site) knowDevice(r *http.Request, a attempt, tokens *challenge.Tokens) (*knownDevice, error) {
	device := s.device(r, a.Username)
	switch {
	case tokens.NewDevice != nil:
		confirmed, askUser, err := challenge.ConfirmDevice(r.Context(), s.sdk, tokens, "Web browser")
		if err != nil {
			return nil, err
		}
		device = &knownDevice{confirmed, !askUser}
	case device == nil || tokens.ForgetDevice:
		return nil, nil
	}
	if a.Remember && !device.Remembered {
		if _, err := s.sdk.UpdateDeviceStatus(r.Context(), &cip.UpdateDeviceStatusInput{
			AccessToken:            aws.String(tokens.AccessToken.Reveal()),
			DeviceKey:              aws.String(device.DeviceKey),
			DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered,
		}); err != nil {
			return nil, err
		}
		device.Remembered = true
	}
	return device, nil
}
