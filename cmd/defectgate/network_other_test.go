//go:build !linux

package main

import "errors"

func sealed() { panic("there is no seccomp") }

func sealable() error { return errors.New("there is no seccomp") }
