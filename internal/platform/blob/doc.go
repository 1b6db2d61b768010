// Package blob keeps files people send: photos and documents, in a folder or in an S3-compatible store.
//
// Put looks at the bytes, never at a name: only the types the caller allows come in, within the caller's size.
// A photo loses what it tells about its maker (position, time, device, comments, embedded previews); what its
// EXIF said about place and time is given to the caller once, as PhotoInfo. How it is turned is kept. A picture
// of more than 50 million points is refused before it is decoded. A PDF is kept as it is.
//
// Keys are random and say nothing of the content. A file is written before the transaction that names its key,
// so a failed transaction leaves an orphan, never a row without its file: the caller runs Sweep once a day with
// a function that knows the keys in use, and files older than a day that nobody names are removed.
//
// Thumbnails are made once, when first asked for, and kept beside the file. The package owns no table and says
// no fact.
package blob
