package imagenet_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
)

// Images of 5 by 3 pixels that libjpeg-turbo 2.1.5 encoded, and what it decodes
// them to with its exact integer transform. The tolerance is that of the
// reference photographs: inverse transforms that differ by one.
func TestDecodeJPEGSubsampling(t *testing.T) {
	for _, test := range []struct {
		name, data string
		want       []uint8
	}{
		{"4:2:0", "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDA" +
			"sKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAD" +
			"AAUDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAjEAAABAQHAQAAAAAAAAAAAAAAAQIDBAgTIQUGBxESIjKB/8QAFAEBAAAAAA" +
			"AAAAAAAAAAAAAABv/EACMRAQAABAQHAAAAAAAAAAAAAAECAwYhAAQRQQUSEzNDUXL/2gAMAwEAAhEDEQA/AK5K5JpK5EZNdae0SwRSWEQ6Gioq" +
			"6pp8tvV7qM/oAAW07FFO4cxTHmepONW9oZ0wC+wABsAFjBKhqnqUo/I6Z2d2ofJH6+sf/9k=",
			[]uint8{
				0, 33, 39, 37, 48, 68, 96, 54, 102, 105, 29, 91, 146, 48, 109,
				31, 95, 94, 72, 113, 117, 119, 111, 126, 143, 100, 128, 180, 112, 159,
				47, 170, 152, 84, 187, 158, 115, 173, 122, 156, 180, 144, 195, 188, 206,
			}},
		{"4:2:2", "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDA" +
			"sKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAD" +
			"AAUDASEAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAjEAABAQYHAQAAAAAAAAAAAAACAwABBAgTIQUGBxESIjKB/8QAFQEBAQAAAA" +
			"AAAAAAAAAAAAAABQb/xAAiEQABAgYBBQAAAAAAAAAAAAABAgMABAYRIVEFBzEzQXH/2gAMAwEAAhEDEQA/AK5K5JpK5EZNVSW0SwQhQCHBJ1Eu" +
			"o0+W3q9ye/6xq/glqnJAuPZIcdTrCHVoSMaSkC/c2ubm5g6hepVdpo+RA5Bzxp9jXyP/2Q==",
			[]uint8{
				24, 20, 37, 64, 35, 66, 120, 43, 99, 131, 17, 87, 170, 37, 103,
				24, 101, 85, 65, 116, 119, 108, 112, 150, 133, 100, 153, 169, 118, 161,
				27, 178, 161, 65, 197, 158, 91, 189, 106, 134, 195, 126, 171, 201, 203,
			}},
		{"4:4:0", "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDA" +
			"sKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAD" +
			"AAUDARIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAjEAABAQYHAQAAAAAAAAAAAAACAwABBAgTIQUGBxESIjKB/8QAFQEBAQAAAA" +
			"AAAAAAAAAAAAAABQf/xAAjEQACAQMBCQAAAAAAAAAAAAABAgMEBQYRAAcSITEyUWJj/9oADAMBAAIRAxEAPwCuSuSaSuRGTVUltEsEIUAhwSdR" +
			"LqNPlt6vcnv+sZLGKiepvtwjmcssa0qoCSQimmRyqg9ql3ZtBoOJmbqSTJ9z2TZIuIRkVs3P6P5Ptt//2Q==",
			[]uint8{
				0, 44, 4, 30, 47, 93, 97, 36, 191, 105, 43, 18, 151, 45, 107,
				23, 106, 60, 65, 110, 149, 121, 100, 179, 143, 110, 77, 186, 109, 163,
				38, 180, 120, 79, 182, 201, 116, 176, 104, 156, 182, 134, 200, 182, 222,
			}},
		{"RGB", "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCg" +
			"wJCgoK/8AAEQgAAwAFA1IRAEcRAEIRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAgE/8QAKBAAAAQDBgcBAAAAAAAAAAAAAgMFBgEEEgAHCAkRFBMZ" +
			"OFiDk7LS/9oADANSAEcAQgAAPwCjJK6TCfB8CsgOWHgD7WWv6DP3ZCZdWGTD7eC5Xy03fc+gzaexm+zURrS+wCXspAxDKUhk1A0EZrNqE4bUZE" +
			"QocamEaAACH//Z",
			[]uint8{
				20, 30, 0, 60, 30, 91, 100, 30, 182, 140, 30, 12, 180, 30, 102,
				20, 109, 62, 60, 109, 144, 100, 109, 239, 140, 109, 76, 180, 109, 166,
				20, 191, 120, 60, 191, 216, 100, 191, 44, 140, 191, 134, 180, 191, 221,
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			data, err := base64.StdEncoding.DecodeString(test.data)
			require.NoError(t, err)
			got, err := imagenet.Decode(bytes.NewReader(data))
			require.NoError(t, err)
			require.Equal(t, []int{5, 3}, []int{got.Width, got.Height})
			for i, want := range test.want {
				require.InDelta(t, want, got.Pix[i], 3)
			}
		})
	}
}
