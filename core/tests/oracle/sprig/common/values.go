// Package common gives Values the name it has in Helm 4.
package common

// Values is a map under a named type, as `.Values` is.
type Values map[string]interface{}
