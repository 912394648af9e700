package main

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"

	"github.com/cognito-go/cognitoauth/challenge"
)

//go:embed templates
var files embed.FS

// pages are the templates, each within the layout.
var pages = func() map[string]*template.Template {
	all := make(map[string]*template.Template)
	for _, name := range []string{"start", "challenge", "account", "passkey", "demo", "failure"} {
		all[name] = template.Must(template.ParseFS(files, "templates/layout.html", "templates/"+name+".html"))
	}
	return all
}()

// show writes a page, whole or not at all.
func (s *site) show(w http.ResponseWriter, status int, name string, data map[string]any) {
	data["Demo"] = s.demo
	var page bytes.Buffer
	if err := pages[name].ExecuteTemplate(&page, "layout.html", data); err != nil {
		s.log.Error("page", "name", name, "err", err)
		http.Error(w, ourFault, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(page.Bytes())
}

// fail shows a page with nothing but a sentence.
func (s *site) fail(w http.ResponseWriter, status int, text string) {
	s.show(w, status, "failure", map[string]any{"Wrong": text})
}

func (s *site) showStart(w http.ResponseWriter, r *http.Request) {
	wrong := ""
	if r.FormValue("again") != "" {
		wrong = outdated
	}
	s.startPage(w, http.StatusOK, attempt{}, wrong)
}

// startPage shows the form with which a sign-in starts, and what is wrong with
// it.
func (s *site) startPage(w http.ResponseWriter, status int, a attempt, wrong string) {
	s.show(w, status, "start", map[string]any{"Attempt": a, "Wrong": wrong})
}

// showChallenge shows the challenge in the cookie: GET /challenge.
func (s *site) showChallenge(w http.ResponseWriter, r *http.Request) {
	c, a, err := s.openChallenge(r)
	if err != nil {
		http.Redirect(w, r, "/sign-in?again=1", http.StatusSeeOther)
		return
	}
	s.challengePage(w, r, http.StatusOK, a, c, nil)
}

// challengePage shows a challenge, and what is wrong with its last answer.
func (s *site) challengePage(w http.ResponseWriter, r *http.Request, status int, a attempt, c challenge.Challenge, wrong error) {
	q, err := s.question(r, a, c)
	if err != nil {
		s.log.Error("no question", "challenge", c.Name(), "err", err)
		s.dropCookie(w, r, challengeCookie)
		s.startPage(w, http.StatusBadGateway, attempt{}, ourFault)
		return
	}
	data := map[string]any{"Attempt": a}
	if wrong != nil {
		data["Wrong"] = sentence(wrong, q.labels())
		q.mark(r.PostForm, wrong)
	}
	data["Question"] = q
	s.show(w, status, "challenge", data)
}
