package challengetest

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// The lock-out after wrong passwords (developer guide, "Lockout behavior for
// failed sign-in attempts"): the n-th wrong one locks a user for 2^(n-5)
// seconds, at most "approximately 15 minutes".
const (
	freeFailures = 5
	longestLock  = 15 * time.Minute
	lockForgets  = 15 * time.Minute // without an attempt
)

// A lockout counts the failures of one user.
type lockout struct {
	failures int
	tried    time.Time // last, whether it was judged or not
	until    time.Time
}

// try reports whether an attempt is judged. One within the lock-out isn't, and
// does not count as a failure.
func (l *lockout) try(now time.Time) bool {
	if now.Sub(l.tried) >= lockForgets {
		*l = lockout{}
	}
	l.tried = now
	return !now.Before(l.until)
}

func (l *lockout) fail(now time.Time) {
	l.failures++
	if over := l.failures - freeFailures; over >= 0 {
		l.until = now.Add(min(time.Second<<min(over, 10), longestLock)) // 2^10 s are more than 15 min
	}
}

// passwordLock returns the lock-out of the user's password. Somebody who is not
// there has one as well, lest it tells who is there (unsure).
func (c *call) passwordLock() *lockout {
	if u := c.signIn.user; u != nil {
		return &u.passwordLock
	}
	l, ok := c.pretendedLocks.get(c.signIn.typed)
	if !ok {
		l = new(lockout)
		c.pretendedLocks.put(c.signIn.typed, l)
	}
	return l
}

// judge asks whether a password, or the proof of one, is right, unless the user
// is locked out. That it is asked here, and not when SRP begins, is unsure.
func (c *call) judge(right func() bool) error {
	l := c.passwordLock()
	if !l.try(c.now) {
		if c.session != nil {
			c.session.spent = true // by any verdict
		}
		return passwordLocked
	}
	if !right() || c.signIn.user == nil {
		return c.refusePassword()
	}
	return nil
}

// refusePassword is the way out of every wrong password, however it was proved.
func (c *call) refusePassword() error {
	c.passwordLock().fail(c.now)
	return badCredentials
}

// judgeCode is judge for the code of a second factor, of which the developer
// guide says that after five wrong ones the same begins ("Adding MFA to a user
// pool"). Wrong codes of a first factor lock nobody out (six in a row were seen
// live). Who is locked out has to begin again (unsure).
func (c *call) judgeCode(check func() error) error {
	u := c.signIn.user
	if u == nil || c.signIn.choosing() {
		return check()
	}
	if !u.codeLock.try(c.now) {
		return c.fatal(codesLocked)
	}
	err := check()
	if f, ok := err.(*failure); ok && f.code == "CodeMismatchException" {
		u.codeLock.fail(c.now)
	}
	return err
}

// standing refuses users who can't sign in, before anything is judged: an
// unconfirmed user with a wrong password is told the state (aws/aws-sdk-js
// #4608). In USER_AUTH a code confirms its user (developer guide), so whoever
// can get one goes on.
func (c *call) standing() error {
	u := c.signIn.user
	switch {
	case u == nil:
		return nil
	case u.disabled:
		return userDisabled
	case u.status == types.UserStatusTypeResetRequired:
		return passwordResetRequired
	case u.status == types.UserStatusTypeUnconfirmed && !c.signIn.choosing():
		return userNotConfirmed
	case u.status == types.UserStatusTypeUnconfirmed:
		offered := c.available(u)
		if !slices.Contains(offered, types.ChallengeNameTypeEmailOtp) && !slices.Contains(offered, types.ChallengeNameTypeSmsOtp) {
			return userNotConfirmed
		}
	}
	return nil
}

// mustBeConfirmed refuses users to whom a password is of no use yet.
func (c *call) mustBeConfirmed() error {
	if u := c.signIn.user; u != nil && u.status == types.UserStatusTypeUnconfirmed {
		return userNotConfirmed
	}
	return nil
}
