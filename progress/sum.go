package progress

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
)

// castagnoli has its own instruction on most processors.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// sum is the checksum of a row: over its table's name and its values, which are int64, float64 and string. It is
// kept in the row. With it, a row found somewhere in a damaged file is known to be a whole row of this table.
func sum(table string, values []any) int64 {
	b := make([]byte, 0, 256)
	b = append(b, table...)
	for _, v := range values {
		switch v := v.(type) {
		case int64:
			b = binary.LittleEndian.AppendUint64(append(b, 'i'), uint64(v))
		case float64:
			b = binary.LittleEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
		case string:
			b = binary.LittleEndian.AppendUint64(append(b, 't'), uint64(len(v)))
			b = append(b, v...)
		default:
			panic(fmt.Sprintf("progress: a %T in table %s", v, table))
		}
	}
	return int64(crc32.Checksum(b, castagnoli()))
}
