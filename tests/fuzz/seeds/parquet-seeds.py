"""Writes the small Parquet files of this folder with pyarrow (pip install pyarrow): every encoding, codec and page version, nulls, groups, lists, maps. python3 parquet-seeds.py FOLDER"""
import sys
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
TEXTS = ["The quick brown fox.", "Grüße aus Köln: ß", "早上好，世界。", None, "", "the same", "the same", "🦊 fox"]
N = len(TEXTS)
flat = pa.table({
    "text": TEXTS, "id": pa.array(range(N), pa.int64()), "url": [f"http://x/{i}" for i in range(N)], "score": pa.array([0.5, None] * (N // 2), pa.float32()),
})
nested = pa.table({
    "doc": pa.array([{"text": t, "n": i} for i, t in enumerate(TEXTS)], pa.struct([("text", pa.string()), ("n", pa.int32())])),
    "id": pa.array([f"id-{i}" for i in range(N)]), "tags": pa.array([["a", None], [], None, ["b"]] * (N // 4), pa.list_(pa.string())),
    "map": pa.array([[("k", 1)], [], None, [("a", None), ("b", 2)]] * (N // 4), pa.map_(pa.string(), pa.int64())),
    "when": pa.array([0, 1, None, 3] * (N // 4), pa.timestamp("us")), "small": pa.array([1, 2, 3, None] * (N // 4), pa.int8()), "yes": pa.array([True, None] * (N // 2)),
})


def write(name, table, **options):
    pq.write_table(table, f"{folder}/parquet-{name}.parquet", store_schema=False, write_statistics=False, **options)


write("plain", flat, compression="none", use_dictionary=False)
write("dictionary", flat, compression="none", use_dictionary=True, row_group_size=3)
write("snappy-v2", flat, compression="snappy", data_page_version="2.0")
write("gzip", flat, compression="gzip", use_dictionary=False)
write("zstd", flat, compression="zstd", use_dictionary=False, write_page_checksum=True)
write("lz4", flat, compression="lz4", use_dictionary=["text"])
write("brotli", flat, compression="brotli", use_dictionary=False)
write("delta", flat, compression="none", use_dictionary=False, data_page_version="2.0", column_encoding={"text": "DELTA_LENGTH_BYTE_ARRAY", "url": "DELTA_BYTE_ARRAY", "id": "DELTA_BINARY_PACKED", "score": "BYTE_STREAM_SPLIT"})
write("nested", nested, compression="none")
write("nested-v2", nested, compression="none", use_dictionary=False, data_page_version="2.0", row_group_size=5)
