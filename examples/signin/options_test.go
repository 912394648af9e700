package main

import (
	"strings"
	"testing"
)

func TestMisuse(t *testing.T) {
	t.Parallel()
	enough := []string{"-user-pool-id", userPoolID, "-client-id", "demo", "-username", "alice", "-password", "hunter2"}
	with := func(more ...string) []string { return append(append([]string(nil), enough...), more...) }
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing given":      {[]string{"-json"}, "missing -user-pool-id, -client-id, -username; "},
		"no user name":       {enough[:4], "missing -username; "},
		"unknown flag":       {with("-pool", "x"), "flag provided but not defined: -pool; "},
		"argument":           {with("hunter2"), "there is an argument that is no flag; "},
		"unknown flow":       {with("-flow", "magic"), `invalid value "magic" for flag -flow: expected srp or password or custom or choice; `},
		"unknown factor":     {with("-flow", "choice", "-prefer", "FAX"), `invalid value "FAX" for flag -prefer: expected PASSWORD or PASSWORD_SRP or EMAIL_OTP or SMS_OTP or WEB_AUTHN; `},
		"factor, no choice":  {with("-prefer", "EMAIL_OTP"), "-prefer is for -flow choice; "},
		"unknown API":        {with("-api", "secret"), `invalid value "secret" for flag -api: expected public or admin; `},
		"endpoint, no URL":   {with("-endpoint", "localhost:8080"), `invalid value "localhost:8080" for flag -endpoint: expected a URL such as http://127.0.0.1:8080; `},
		"bad user pool ID":   {with("-user-pool-id", "demo"), `-user-pool-id is no user pool ID like "eu-west-1_AbCdEfGhI"`},
		"bad client ID":      {with("-client-id", "a b"), "-client-id is no app client ID"},
		"bad user name":      {with("-username", "\xff"), "the user name is not valid UTF-8"},
		"user pool ID, JSON": {with("-user-pool-id", "demo", "-json"), `-user-pool-id is no user pool ID like "eu-west-1_AbCdEfGhI"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := sign(t, test.args, nil)
			r.check(t, 2, "hunter2")
			if !strings.HasPrefix(r.stderr, "signin: "+test.want) || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("got standard error %q, want one line that begins with %q", r.stderr, "signin: "+test.want)
			}
			if r.stdout != "" {
				t.Errorf("got standard output %q, want none", r.stdout)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	r := sign(t, []string{"-h"}, nil)
	r.check(t, 0)
	for _, name := range []string{
		"user-pool-id", "client-id", "client-secret", "username", "password", "flow", "prefer", "device", "api", "endpoint", "region", "json",
	} {
		if !strings.Contains(r.stdout, "-"+name) {
			t.Errorf("-%s is not in the help", name)
		}
	}
}

func TestRegion(t *testing.T) {
	t.Parallel()
	flags := []string{"-user-pool-id", "us-east-2_AbCdEfGhI", "-client-id", "demo", "-username", "alice"}
	for want, more := range map[string][]string{
		"us-east-2":  nil,
		"ap-south-1": {"-region", "ap-south-1"},
	} {
		o, err := parse(append(flags, more...), func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		if o.region != want {
			t.Errorf("got region %q, want %q", o.region, want)
		}
	}
}
