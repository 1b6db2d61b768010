package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// bucket keeps files in an S3-compatible store.
type bucket struct {
	client *minio.Client
	name   string
}

func openBucket(place string) (*bucket, error) {
	u, err := url.Parse(place)
	if err != nil {
		return nil, errors.New("the address of the file store is not a URL of the form s3://host/bucket")
	}
	q := u.Query()
	for name := range q {
		if name != "region" && name != "secure" {
			return nil, fmt.Errorf("%s: unknown setting %s", withoutSecret(u), name)
		}
	}
	name := strings.Trim(u.Path, "/")
	if u.Host == "" || name == "" || strings.Contains(name, "/") {
		return nil, fmt.Errorf("%s: needs s3://host/bucket", withoutSecret(u))
	}
	creds := credentials.NewEnvAWS()
	if u.User != nil {
		secret, _ := u.User.Password()
		creds = credentials.NewStaticV4(u.User.Username(), secret, "")
	}
	region := q.Get("region")
	if region == "" {
		region = "us-east-1"
	}
	client, err := minio.New(u.Host, &minio.Options{Creds: creds, Region: region, Secure: q.Get("secure") != "false", BucketLookup: minio.BucketLookupPath})
	if err != nil {
		return nil, fmt.Errorf("open the file store %s: %w", withoutSecret(u), err)
	}
	return &bucket{client: client, name: name}, nil
}

func (b *bucket) write(ctx context.Context, name, mediaType string, data []byte) error {
	_, err := b.client.PutObject(ctx, b.name, name, bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{ContentType: mediaType, DisableMultipart: true})
	return err
}

func (b *bucket) open(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	object, err := b.client.GetObject(ctx, b.name, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, 0, err
	}
	info, err := object.Stat()
	if err != nil {
		return nil, 0, errors.Join(notExist(err), object.Close())
	}
	return object, info.Size, nil
}

func (b *bucket) remove(ctx context.Context, name string) error {
	err := notExist(b.client.RemoveObject(ctx, b.name, name, minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (b *bucket) list(ctx context.Context, each func(name string, at time.Time) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{}) {
		if o.Err != nil {
			return o.Err
		}
		if err := each(o.Key, o.LastModified); err != nil {
			return err
		}
	}
	return nil
}

// notExist turns the store's word for a missing object into ours.
func notExist(err error) error {
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}
