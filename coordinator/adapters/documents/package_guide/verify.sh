#!/bin/sh
# 核对每一卷的指纹和签名 · checks digest and signature of each package; needs sha256sum, openssl 3
status=0
for file in package-*.json; do
  n=${file#package-}; n=${n%.json}
  found=$( { cat "previous-$n.txt"; printf '\n'; cat "$file"; } | sha256sum | cut -d' ' -f1)
  if [ "$found" = "$(cat "digest-$n.txt")" ] &&
    openssl pkeyutl -verify -pubin -inkey "office-key-$n.pem" -rawin \
      -in "signed-$n.txt" -sigfile "signature-$n.bin" >/dev/null 2>&1
  then echo "OK $file"
  else echo "DIFFERENT $file"; status=1
  fi
done
exit $status
