package web

import "embed"

// dist is what the build of the page gives. A checkout that was never built holds an empty file there, and the handler
// serves the placeholder instead, so that the server can be built and tested without Node.
//
//go:embed all:dist
var dist embed.FS

//go:embed placeholder.html
var placeholder []byte
