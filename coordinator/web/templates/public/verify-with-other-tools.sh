#!/bin/bash
# zh: 用别的工具核对一份抽签记录：sha256sum、openssl、awk 和 SQL，不用本系统的任何程序。
# en: Verify a draw record with other tools: sha256sum, openssl, awk and SQL, none of this system's programs.
# zh: 解开下载的记录，在它的文件夹里运行这个脚本，或者一段一段照抄；每段打印“ok”，有不符就停下。
# en: Unpack the record, run this script in its folder, or copy it piece by piece; each prints “ok” or stops.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
die() { echo "DIFFERENT: $1"; exit 1; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
raw() { printf '%b' "$(sed 's/../\\x&/g')"; }
H() { sha256sum | cut -c1-64; }
hmac() { openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -binary | hex; }
field() { grep -oE "\"$2\":\"[^\"]*\"" "$1" | head -1 | cut -d'"' -f4; }

# zh: 一、每个文件与校验和一致。
# en: 1. Every file agrees with its checksum.
sha256sum --check --quiet SHA256SUMS && echo "ok 1 files"

# zh: 二、承诺的指纹就是抽签前网页上公布的那一个；规则是承诺的那一份，记录引用的是这份承诺。
# en: 2. The hash of the commitment is the one published before the draw; rules and transcript belong to it.
commit=$(H < commit.json)
echo "commitment 承诺: $commit"
[ "$(H < rules.json)" = "$(field commit.json rules_hash)" ] || die rules.json
[ "$commit" = "$(field transcript.json commit_hash)" ] || die transcript.json
echo "ok 2 hashes"

# zh: 三、办公室的签名。公钥在网站的“签名公钥”；把 office 那一行的 x 填进 OFFICE_KEY 再运行。
# en: 3. The office's signature. Its key is on the site under “signing keys”; put the x of office into OFFICE_KEY.
unurl() { tr -- '-_' '+/' | awk '{ while (length % 4) $0 = $0 "="; print }' | base64 -d; }
if [ -n "${OFFICE_KEY:-}" ]; then
  { printf '302a300506032b6570032100' | raw; printf '%s' "$OFFICE_KEY" | unurl; } |
    openssl pkey -pubin -inform DER -out "$work/office.pem"
  cut -d. -f3 < commit.json.jws | unurl > "$work/signature"
  printf '%s.%s' "$(cut -d. -f1 < commit.json.jws)" \
    "$(base64 -w0 < commit.json | tr '+/' '-_' | tr -d '=')" > "$work/signed"
  openssl pkeyutl -verify -rawin -pubin -inkey "$work/office.pem" \
    -sigfile "$work/signature" -in "$work/signed" > /dev/null || die commit.json.jws
  echo "ok 3 signature"
fi

# zh: 随机数还没有公开，或者名录不向社会公开时，只能核对到这里；其余由审计人员核对。
# en: Where the random values are not open yet, or the frames stay closed, the check ends here; auditors do the rest.
[ -f reveals.json ] || { echo "sealed 承诺一致"; exit 0; }

# zh: 四、各方揭示的随机数，连续取指纹若干次，正是抽签前交出的那一个；合起来得到这批抽签的钥匙。
# en: 4. Each revealed value, hashed as often as there were attempts, is the head published before the draw.
attempt=$(grep -oE '"attempt":[0-9]+' commit.json | cut -d: -f2)
values=$(grep -oE "\"values\":\{[^}]*\}" reveals.json | tail -1 | grep -oE '"[^"]+":"[0-9a-f]+"' | tr -d '"')
heads=$(grep -oE '"heads":\{[^}]*\}' commit.json | grep -oE '"[^"]+":"[0-9a-f]{64}"' | tr -d '"')
length() { printf '%016x' "$1"; }
otc=$(for each in $(printf '%s\n' $values | sort -t: -k1,1); do
  code=${each%:*} value=${each##*:} state=${each##*:}
  for _ in $(seq "$attempt"); do state=$(printf '%s' "$state" | raw | H); done
  printf '%s\n' $heads | grep -qxF "$code:$state" || die "head of $code" >&2
  length ${#code}; printf '%s' "$code" | hex; length $((${#value} / 2)); printf '%s' "$value"
done | raw | H)
[ "$(printf '%s\n' $values | wc -l)" = "$(printf '%s\n' $heads | wc -l)" ] || die reveals.json
outside=$(grep -oE '"sources":\[[^]]*\]' reveals.json | grep -oE '\{[^}]*\}' | while read -r source; do
  name=$(printf '%s' "$source" | grep -oE '"name":"[^"]*"' | cut -d'"' -f4)
  value=$(printf '%s' "$source" | grep -oE '"value":"[^"]*"' | cut -d'"' -f4)
  length ${#name}; printf '%s' "$name" | hex; length $((${#value} / 2)); printf '%s' "$value"
done || true)
prk=$(printf '%s%s%s' "$(length 32)" "$commit" "$outside" | raw | hmac "$otc")
key() { { printf 'joint-draw/v1|%s' "$1"; printf '\001'; } | hmac "$prk"; }
echo "ok 4 values"

# zh: 五、一份抽中名单的根：每行加盐取指纹，两两合并到一个，与记录里公布的根相同。换一个任务就改 LINE。
# en: 5. The root of one drawn list: salted hash of every line, joined pair by pair. Set LINE for another one.
line=${LINE:-$(ls drawn | head -1 | sed 's/\.tsv$//')}
salt=$(field salts.json "drawn/$line.tsv")
level=$(tail -n +2 "drawn/$line.tsv" | while IFS= read -r row; do
  printf '00%s%s' "$(printf '%s' "$row" | hmac "$salt")" "$(printf '%s' "$row" | hex)" | raw | H
done)
while [ "$(printf '%s\n' "$level" | wc -l)" -gt 1 ]; do
  level=$(printf '%s\n' "$level" | while read -r left; do
    if read -r right; then printf '01%s%s' "$left" "$right" | raw | H; else echo "$left"; fi
  done)
done
grep -q "\"drawn/$line.tsv\":{\"count\":[0-9]*,\"root\":\"$level\"}" transcript.json || die "root of $line"
echo "ok 5 root of $line"

# zh: 六、同一任务的每个随机号：先为每个场所选出代表，再按钥匙算号。名录不公开的批次没有这一步。
# en: 6. Every ticket of that line: a holder for each place, then the ticket. Not for rounds with closed frames.
[ -d frames ] || { echo "frames are closed 名录不公开"; exit 0; }
place=$(key place) object=$(key object)
tail -n +2 "frames/$line.tsv" | awk -F'\t' '$5 == "-"' | while IFS=$'\t' read -r thing at stratum weight _; do
  printf '%s\t%s\t%s\t%s\t%s\n' "$(printf '%s%s' "$place" "$thing" | H)" "$thing" "$at" "$stratum" "$weight"
done | sort -t$'\t' -k3,3 -k1,2 | awk -F'\t' -v OFS='\t' '{ own = ($3 == before) ? $2 : $3; before = $3; print $2, own, $4, $5 }' |
while IFS=$'\t' read -r thing of stratum weight; do
  printf '%s\t%s\t%s\t%s\n' "$thing" "$(printf '%s%s' "$object" "$of" | H)" "$stratum" "$weight"
done > "$work/tickets.tsv"
tail -n +2 "drawn/$line.tsv" | cut -f1,3 | sort > "$work/drawn.tsv"
unknown=$(cut -f1,2 "$work/tickets.tsv" | sort | comm -13 - "$work/drawn.tsv")
[ -z "$unknown" ] || die "tickets of $line: $unknown"
echo "ok 6 tickets of $line"

# zh: 七、用 SQL 数一数：每个分层抽中几家，而且抽中的正是随机号最小的几家（不加权的任务）。
# en: 7. Count with SQL: how many of each stratum, and that they are those with the smallest tickets.
if cut -f4 "$work/tickets.tsv" | grep -qvx 1; then
  echo "-- 7 $line is weighted: use verify_draw.py 加权抽取，请用核验程序"; exit 0
fi
misplaced=$(sqlite3 -bail <<SQL
.mode tabs
create table ticket (object, ticket, stratum, weight);
create table drawn (object, rank, ticket, certain, stratum);
.import $work/tickets.tsv ticket
.import --skip 1 drawn/$line.tsv drawn
with size as (select stratum, count(*) as n from drawn group by stratum),
     ranked as (select ticket.object, ticket.ticket, size.n,
                row_number() over (partition by size.stratum order by ticket.ticket, ticket.object) as place
                from ticket join size on size.stratum in (ticket.stratum, '*'))
select ranked.object from ranked
left join drawn on drawn.object = ranked.object and drawn.rank + 0 = ranked.place
               and drawn.ticket = ranked.ticket
where ranked.place <= ranked.n and drawn.object is null;
SQL
)
[ -z "$misplaced" ] || die "order of $line: $misplaced"
echo "ok 7 order of $line"
