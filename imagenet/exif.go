package imagenet

import (
	"bytes"
	"encoding/binary"
)

// exifOrientation returns the orientation, 1 to 8, that a JPEG file's EXIF block
// gives; 1, upright, where there is none or it makes no sense.
func exifOrientation(jpeg []byte) int {
	return tiffOrientation(exifBlock(jpeg))
}

// exifBlock returns the TIFF structure of the first EXIF block among the segments
// before the image's data, nil where there is none.
func exifBlock(jpeg []byte) []byte {
	const (
		app1        = 0xe1
		startOfScan = 0xda
		endOfImage  = 0xd9
	)
	if len(jpeg) < 2 {
		return nil
	}
	rest := jpeg[2:] // after the start of image
	for len(rest) >= 4 && rest[0] == 0xff {
		marker := rest[1]
		if marker == 0xff { // a fill byte
			rest = rest[1:]
			continue
		}
		if marker == startOfScan || marker == endOfImage {
			return nil
		}
		size := int(binary.BigEndian.Uint16(rest[2:])) // counts itself
		if size < 2 || 2+size > len(rest) {
			return nil
		}
		body := rest[4 : 2+size]
		if tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && marker == app1 {
			return tiff
		}
		rest = rest[2+size:]
	}
	return nil
}

// tiffOrientation looks for the orientation in a TIFF structure's first directory.
func tiffOrientation(tiff []byte) int {
	const (
		orientationTag = 0x0112
		typeShort      = 3
		entrySize      = 12
	)
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entrySize {
			break
		}
		if order.Uint16(entries) == orientationTag && order.Uint16(entries[2:]) == typeShort {
			if value := int(order.Uint16(entries[8:])); 1 <= value && value <= 8 {
				return value
			}
			return 1
		}
		entries = entries[entrySize:]
	}
	return 1
}
