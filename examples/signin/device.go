package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// knownDevice returns the device that is remembered for the user, or nil. From
// a file that is not one of devices nothing is read, and nothing is written to
// it: the sign-in goes on without a device.
func (p *person) knownDevice() *challenge.Device {
	if p.devices == nil {
		return nil
	}
	device, err := p.devices.find()
	if err != nil {
		p.say("%s; signing in without a device", oneLine(err.Error()))
		p.devices = nil
	}
	return device
}

// updateDevice remembers or forgets the device after a sign-in. Trouble with
// that is told, and does not make the sign-in a failure.
func (p *person) updateDevice(ctx context.Context, tokens *challenge.Tokens, signInErr error) {
	if p.devices == nil {
		return
	}
	if deviceRefused(signInErr) || tokens != nil && tokens.ForgetDevice {
		if err := p.devices.forget(); err != nil {
			p.say("the device is still remembered: %s", oneLine(err.Error()))
		}
	}
	if tokens != nil && tokens.NewDevice != nil {
		if err := p.rememberDevice(ctx, tokens); err != nil {
			p.say("the device is not remembered: %s", explain(err, p.options))
		}
	}
}

// deviceRefused reports whether the sign-in failed because of the device. The
// pool knows it, but not by the password in the file, and will not next time.
func deviceRefused(err error) bool {
	var refused *challenge.Error
	return errors.As(err, &refused) && refused.Reason == challenge.BadCredentials && aboutDevice(refused.Challenge)
}

func aboutDevice(name types.ChallengeNameType) bool {
	return name == types.ChallengeNameTypeDeviceSrpAuth || name == types.ChallengeNameTypeDevicePasswordVerifier
}

// rememberDevice makes the new device with which the user signed in one that
// the pool and the file remember, if the user agrees where the pool asks for
// that.
func (p *person) rememberDevice(ctx context.Context, tokens *challenge.Tokens) error {
	device, askUser, err := challenge.ConfirmDevice(ctx, p.sdk, tokens, "signin")
	if err != nil {
		return err
	}
	if askUser {
		answer, err := p.line(ctx, "Remember this device, to be asked less next time? (y/n)")
		if errors.Is(err, errInputEnded) {
			return nil // Nobody agreed.
		}
		if err != nil || !strings.HasPrefix(strings.ToLower(answer), "y") {
			return err
		}
		_, err = p.sdk.UpdateDeviceStatus(ctx, &cip.UpdateDeviceStatusInput{
			AccessToken:            aws.String(tokens.AccessToken.Reveal()),
			DeviceKey:              aws.String(device.DeviceKey),
			DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered,
		})
		if err != nil {
			return err
		}
	}
	return p.devices.save(device)
}

// devices is the file of -device: of the devices of users, that of one user.
type devices struct {
	path             string
	client, username string
}

// entries are what the file holds: stored devices, by app client and by the
// name that the user types.
type entries map[string]map[string]json.RawMessage

// find returns the user's device, or nil.
func (f *devices) find() (*challenge.Device, error) {
	all, err := f.read()
	if err != nil || all[f.client][f.username] == nil {
		return nil, err
	}
	device, err := parseDevice(all[f.client][f.username])
	return &device, err
}

func (f *devices) save(d challenge.Device) error {
	return f.update(func(all entries) {
		if all[f.client] == nil {
			all[f.client] = make(map[string]json.RawMessage)
		}
		all[f.client][f.username] = json.RawMessage(d.Encode().Reveal())
	})
}

func (f *devices) forget() error {
	return f.update(func(all entries) { delete(all[f.client], f.username) })
}

func (f *devices) read() (entries, error) {
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(bytes.TrimSpace(text)) == 0 {
		return entries{}, nil
	}
	if err != nil {
		return nil, err
	}
	var all entries
	err = json.Unmarshal(text, &all)
	for _, users := range all {
		for _, device := range users {
			_, bad := parseDevice(device)
			err = errors.Join(err, bad)
		}
	}
	if err != nil || all == nil {
		return nil, fmt.Errorf("%s is no file of remembered devices", f.path)
	}
	return all, nil
}

// update changes the file as it is now, which can be later than it was read.
func (f *devices) update(change func(entries)) error {
	all, err := f.read()
	if err != nil {
		return err
	}
	change(all)
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return replace(f.path, append(text, '\n'))
}

// replace puts a file in the place of another in one step. It is for its owner
// only, as os.CreateTemp makes it.
func replace(path string, text []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

func parseDevice(entry json.RawMessage) (challenge.Device, error) {
	return challenge.ParseDevice(challenge.NewSecret(string(entry)))
}
