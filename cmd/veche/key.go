package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"veche.example/cmd/veche/internal/armour"
	"veche.example/cmd/veche/internal/files"
	"veche.example/cmd/veche/internal/secret"
	"veche.example/elgamal/threshold"
	"veche.example/proofs"
)

type keyCmd struct {
	New keyNewCmd `cmd:"" help:"Make a key: NAME.key (secret) and NAME.ROLE (public)."`
}

type keyNewCmd struct {
	Role  string   `required:"" enum:"witness,mixer,box,auditor" help:"What the key is for: witness, mixer, box or auditor."`
	Names []string `arg:"" name:"name" help:"Name of the owner, of a-z, 0-9 and -, with a folder in front or not."`
}

// Run makes the keys.
func (c *keyNewCmd) Run(a *app) error { return a.makeKeys(c.Role, c.Names) }

type trusteeInitCmd struct {
	Names []string `arg:"" name:"name" help:"Name of the trustee, of a-z, 0-9 and -, with a folder in front or not."`
}

// Run makes the keys.
func (c *trusteeInitCmd) Run(a *app) error { return a.makeKeys(secret.Trustee, c.Names) }

// keyData is what is said of a new key with --json.
type keyData struct {
	ID     string   `json:"id"`
	Role   string   `json:"role"`
	Public string   `json:"public_key"`
	Files  []string `json:"files"`
}

// makeKeys makes a key of a role for each name.
func (a *app) makeKeys(role string, paths []string) error {
	for _, path := range paths {
		if err := checkNewKey(role, path); err != nil {
			return err
		}
	}
	lock, err := a.keys.Choose(strings.Join(paths, ", "))
	if err != nil {
		return err
	}
	var made []keyData
	task := a.task("keys", len(paths))
	defer task.end()
	for _, path := range paths {
		k, err := makeKey(lock, role, path)
		if err != nil {
			return err
		}
		made = append(made, *k)
		task.add(1)
	}
	task.end()
	return a.done(made, fmt.Sprintf("made the %s keys of %s", role, strings.Join(paths, ", ")),
		fmt.Sprintf("give NAME.%s to the organiser; keep NAME.key, with a copy, and the passphrase apart from it", role))
}

// checkNewKey refuses what is no name and files that exist.
func checkNewKey(role, path string) error {
	if id := filepath.Base(path); armour.CheckID(id) != nil {
		return fmt.Errorf("%s: %q is no name: use 1 to 64 of a-z, 0-9 and -", path, id)
	}
	for _, suffix := range []string{".key", "." + role, ".state"} {
		if files.Exists(path + suffix) {
			return fmt.Errorf("%s%s exists: nothing is overwritten; choose another name", path, suffix)
		}
	}
	return nil
}

// makeKey writes the key's files, the public one last: who has it has all. A witness's memory of
// what it signed begins here, so that it is never made a second time.
func makeKey(lock *secret.Lock, role, path string) (*keyData, error) {
	id, key := filepath.Base(path), proofs.GenerateSigningKey()
	k := &keyData{ID: id, Role: role, Public: key.Public().String(), Files: []string{path + ".key", path + "." + role}}
	err := lock.CreateKey(path+".key", role, id, key)
	if err == nil && role == secret.Witness {
		k.Files = append(k.Files, path+".state")
		_, err = threshold.NewWitness(key, lock.Store(path+".state"))
	}
	if err == nil {
		public := secret.Public(role, id, key.Public())
		if role == secret.Box {
			public = secret.PublicBox(id, key)
		}
		err = files.Create(path+"."+role, public, 0o644)
	}
	if err != nil {
		return nil, errors.Join(err, fmt.Errorf("the key of %s is not complete: remove %s.key and %s.state and start again", id, path, path))
	}
	return k, nil
}

// openWitness opens the witness of a key file, with the memory of what it signed. The caller
// calls done when it has signed.
func (a *app) openWitness(key string) (w *threshold.Witness, done func(), err error) {
	done, err = lockKeys([]string{key})
	if err != nil {
		return nil, nil, err
	}
	path := sibling(key, ".state")
	plain, lock, err := a.keys.Open(path)
	if err == nil {
		w, err = threshold.RestoreWitness(plain, lock.Store(path))
	}
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("%w: %s must be the newest state of this witness", err, path)
	}
	return w, done, nil
}
