#!/usr/bin/env bash
# Một năm làm việc với sổ đăng ký, chỉ bằng dòng lệnh: nhập, tính, giải trình, chốt, đính chính, so sánh, báo cáo.
# A year of work with the registry on the command line: import, compute, explain, freeze, correct, compare, report.
#
#   bash examples/cantho.sh [FOLDER]      STREGISTRY_LANG=en SIZE=300 bash examples/cantho.sh
#
# Dữ liệu do máy tạo ra. Mọi tệp nằm trong FOLDER (mặc định: cantho). The data are made up; all files go into FOLDER.
set -euo pipefail

folder=${1:-cantho}
size=${SIZE:-1500}  # so many bodies
mkdir -p "$folder"
cd "$folder"
export STREGISTRY_DB=sqlite:///cantho.db COLUMNS=${COLUMNS:-120}

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

say "Danh sách của Sở, ở đây do máy tạo ra · The lists of the Department, here made up"
stregistry demo --folder lists --size "$size" --seed 7 >/dev/null 2>&1
rm lists/demo.db*  # the registry of this story is made below, list by list
ls lists

say "1. Nhập mọi danh sách · Import every list"
for kind in organisation startup st_organisation st_enterprise support_organisation deal partnership \
  funding_round asset observation task submission; do
  # Messages of an import go to stderr; the last line says what came of it.
  stregistry import "lists/$kind.synthetic.csv" --as "$kind" --source-id so-khcn --why "Danh sách năm 2024" \
    2>"$kind.log" || { cat "$kind.log" >&2; exit 1; }
  tail -n 1 "$kind.log"
done

say "2. Chỉ tiêu của Cần Thơ · Indicators of Cần Thơ"
stregistry indicators ecosystem-core --period 2022..2024 --place 92

say "3. Hồ sơ đứng sau một con số · The records behind a figure"
stregistry explain ecosystem-core funding_raised --place 92 --period 2024
stregistry explain ecosystem-core deals_value --place 92 --period 2024 --out giai-trinh.xlsx

say "4. Chốt số liệu năm · Freeze the figures of the year"
stregistry snapshot ecosystem-core --period 2022..2024 --out 2024.json

say "5. Đính chính, có lý do · Correct, with a reason"
deal=$(stregistry explain ecosystem-core deals_value --place 92 --period 2024 --format csv 2>/dev/null | sed -n 2p | cut -d, -f1)
stregistry set deal "$deal" value_vnd=4200000000 --why "Phụ lục hợp đồng số 2"
stregistry history "$deal"

say "6. Con số nào đã đổi, vì sao · Which figures moved, and why"
stregistry snapshot ecosystem-core --period 2022..2024 --out 2024-da-sua.json
stregistry diff 2024.json 2024-da-sua.json --place 92

say "7. Bản chốt cũ vẫn tính lại được · The old snapshot can still be computed again"
stregistry verify 2024.json
stregistry audit

say "8. Nghĩa vụ đến hạn, mục tiêu · What is due, how targets stand"
stregistry due cantho-kl69 --on 2025-09-30 --within 30d --since 2025-09-01
stregistry targets cantho-kl69 --period 2024 --place 92 | head -n 8

say "9. Trang báo cáo và dữ liệu mở · A page to print, and open data"
stregistry report 2024-da-sua.json --out 2024.html
stregistry publish open-data --valid 2024-12-31
ls
