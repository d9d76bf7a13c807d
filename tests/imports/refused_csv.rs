//! CSV files that cannot be read rightly are refused with their place, what stands there and the remedy.

use crate::base::*;

#[test]
fn where_days_cannot_be_decided() {
    let orders = ORDERS.replace("2026-04-03", "03/04/2026");
    refused(
        "orders.csv",
        orders,
        "error[E501] orders.csv:2:1 \"date\" = \"03/04/2026\" may have the day or the month first, and no other row says which. Fix: write \"dates\": \"day_first\" or \"month_first\" for this table in a mapping file (--map).",
    );
    let both = ORDERS.replace("2026-04-20", "20/04/2026").replace("2026-05-25", "05/25/2026");
    refused(
        "orders.csv",
        both,
        "error[E501] orders.csv:5:1 \"date\" = \"05/25/2026\" has the month first, and 20/04/2026 in row 3 has the day first. Fix: write \"dates\": \"day_first\" or \"month_first\" for this table in a mapping file (--map).",
    );
}

#[test]
fn where_all_days_are_numbers_of_a_spreadsheet() {
    let mut orders = "date,customer_id,revenue\n".to_owned();
    for number in 0..6 {
        orders += &format!("{},00101,5\n", 46115 + number);
    }
    refused(
        "orders.csv",
        orders,
        "error[E502] orders.csv:1:1 6 of 6 rows cannot be read; the first: row 2 = \"46115\" is a number; as a day of a spreadsheet it would be 2026-04-03. Fix: mend the export, or name the columns in a mapping file (--map).",
    );
}

#[test]
fn where_decimals_cannot_be_decided() {
    let whole = put(&put(&put(ORDERS, "1234.5", "1.234"), "65.5", "65"), "750.25", "750");
    refused(
        "orders.csv",
        &whole,
        "error[E501] orders.csv:2:3 \"revenue\" = \"1.234\" may be a thousand or a decimal, and no other number of the table says which. Fix: write \"decimal\": \".\" or \",\" for this table in a mapping file (--map).",
    );
    let both = put(&put(&whole, "00101,65", "00101,65.5"), "00103,750", "00103,\"750,25\"");
    refused(
        "orders.csv",
        both,
        "error[E501] orders.csv:2:3 \"revenue\" = \"1.234\" may be a thousand or a decimal, and the table writes both: 65.5 in row 3, 750,25 in row 5. Fix: write \"decimal\": \".\" or \",\" for this table in a mapping file (--map).",
    );
}

#[test]
fn where_amounts_are_of_two_currencies() {
    let orders = put(&put(ORDERS, "65.5", "65.5 €"), "750.25", "$750.25");
    refused(
        "orders.csv",
        orders,
        "error[E501] orders.csv:5:3 \"revenue\" = \"$750.25\" is in another currency than 65.5 € in row 3. Fix: convert all amounts to one currency.",
    );
}

#[test]
fn where_ids_are_of_another_kind() {
    let orders = ORDERS.replace(",00", ",SAP-");
    refused(
        "orders.csv",
        orders,
        "error[E502] orders.csv:1:1 names no customer of the list: \"SAP-101\" is the first, and the list begins with \"00101\". Fix: export the same id from both sources, or name its column in a mapping file (--map).",
    );
}

#[test]
fn where_titles_are_missing_or_stand_twice() {
    let (_, headless) = ORDERS.split_once('\n').expect("titles");
    refused(
        "orders.csv",
        headless,
        "error[E502] orders.csv:1:1 has no column that could be date or customer or revenue; its first row reads: 2026-04-03, 00101, 1234.5. Fix: put a row of titles on top, or name the columns in a mapping file (--map).",
    );
    refused(
        "orders.csv",
        put(ORDERS, "revenue", "worth"),
        "error[E501] orders.csv:1:1 has no column that could be revenue; columns not recognised: worth. Fix: call it \"revenue\", or name it in a mapping file (--map).",
    );
    refused(
        "customers.csv",
        put(CUSTOMERS, "remark", "Name"),
        "error[E501] customers.csv:1:9 \"Name\" may be name, and so may column 2 \"name\". Fix: name the column of name in a mapping file (--map).",
    );
}

#[test]
fn where_quotes_are_not_closed() {
    refused(
        "customers.csv",
        put(CUSTOMERS, "Alpha", "\"Alpha"),
        "error[E503] customers.csv:1:1 a quote in row 2, column 2, is never closed. Fix: write quotes inside of cells twice, or close this one.",
    );
    let two = put(&put(CUSTOMERS, "Alpha", "\"Alpha"), "Gamma", "\"Gamma");
    refused(
        "customers.csv",
        two,
        "error[E503] customers.csv:1:1 a quote in row 2, column 2, is closed within a cell in row 4. Fix: write quotes inside of cells twice, or close this one.",
    );
    refused(
        "customers.csv",
        put(CUSTOMERS, "Alpha", "\"Al \"the\" pha\""),
        "error[E503] customers.csv:1:1 a quote in row 2, column 2, is closed within a cell in row 2. Fix: write quotes inside of cells twice, or close this one.",
    );
}

#[test]
fn where_encodings_are_mixed_or_unknown() {
    let mut mixed = CUSTOMERS.as_bytes().to_vec();
    mixed.extend(b"00106,Zo\xe9,A,R1,1,,,30,\n");
    refused(
        "customers.csv",
        mixed,
        "error[E104] customers.csv:1:1 mixes encodings: row 3 is UTF-8, row 7 is not. Fix: export both parts in UTF-8, then join them.",
    );
    let zero = put(CUSTOMERS, "Alpha", "Al\0pha");
    refused(
        "customers.csv",
        zero,
        &format!(
            "error[E104] customers.csv:1:1 is no text: byte {} is zero. Fix: export the table as CSV in UTF-8, or as XLSX.",
            CUSTOMERS.find("Alpha").unwrap_or_default() + 3
        ),
    );
}

#[test]
fn where_they_are_another_kind_of_file() {
    refused("orders.csv", b"\x1f\x8b\x08\0", "error[E104] orders.csv:1:1 is a gzip file. Fix: unpack it first.");
    refused("orders.csv", b"%PDF-1.7\n", "error[E104] orders.csv:1:1 is a PDF. Fix: export the table as CSV or XLSX.");
    refused(
        "orders.csv",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        "error[E104] orders.csv:1:1 is a workbook of the old kind (XLS), or one with a password. Fix: save it as XLSX without a password.",
    );
    refused("orders.csv", " \n", "error[E101] orders.csv:1:1 the file is empty. Fix: export the table again.");
}

#[test]
fn where_customers_are_not_right() {
    for (right, wrong, words) in [
        (
            "00104,Delta",
            "00101,Delta",
            "error[E501] customers.csv:5:1 \"customer_id\" = \"00101\" stands in row 2 too, with other data. Fix: keep one row for each customer.",
        ),
        (
            "00104,Delta",
            ",Delta",
            "error[E501] customers.csv:5:1 \"customer_id\" has no id. Fix: give every customer an id, or remove the row.",
        ),
        (
            "00104,Delta",
            "Total,Delta",
            "error[E501] customers.csv:5:1 \"customer_id\" = \"Total\" looks like a line of totals. Fix: remove the row.",
        ),
        (
            "00104,Delta,A,R2,12000,48.2,11.6,60,",
            "customer_id,name,segment,owner,,,,,",
            "error[E501] customers.csv:5:1 \"customer_id\" = \"customer_id\" repeats the titles. Fix: remove the row.",
        ),
        (
            "00104,Delta,A,R2,12000,48.2,11.6,60,",
            "Source: CRM,,,,,,,,",
            "error[E501] customers.csv:5:1 \"customer_id\" = \"Source: CRM\" stands alone in its row. Fix: remove the row.",
        ),
        (
            "00104,Delta",
            "1.2E+11,Delta",
            "error[E501] customers.csv:5:1 \"customer_id\" = \"1.2E+11\" is an id that a spreadsheet has rewritten as a number, and digits are lost. Fix: give the column the format Text in the spreadsheet, and export it again from the source.",
        ),
        (
            "00104,Delta",
            "001\u{7}04,Delta",
            "error[E501] customers.csv:5:1 \"customer_id\" = \"001\\u{7}04\" has a control character. Fix: remove it.",
        ),
        (
            "12000,48.2",
            "-12000,48.2",
            "error[E501] customers.csv:5:5 \"wallet_per_year\" = \"-12000\" is out of range. Fix: write a number from 0 to 1000000000000.",
        ),
        (
            "48.2,11.6",
            "482,11.6",
            "error[E501] customers.csv:5:6 \"lat\" = \"482\" is out of range. Fix: write a number from -90 to 90.",
        ),
        (
            "48.2,11.6",
            "48.2,",
            "error[E501] customers.csv:5:6 \"lat\" is half of a place. Fix: give latitude and longitude, or none of them.",
        ),
        (
            "11.6,60,",
            "11.6,60",
            "error[E501] customers.csv:5:1 has 8 cells, and there are 9 titles. Fix: put each value under its title.",
        ),
        (
            "11.6,60,",
            "11.6,60,,x",
            "error[E501] customers.csv:5:1 has more cells than there are titles: \"x\" stands in column 10, beyond the 9 titles. Fix: put each value under its title.",
        ),
        (
            "11.6,60,",
            "11.6,60.5,",
            "error[E501] customers.csv:5:8 \"visit_minutes\" = \"60.5\" is not a whole number. Fix: write a whole number.",
        ),
        (
            "A,R2,12000",
            "A,R2,#REF!",
            "error[E501] customers.csv:5:5 \"wallet_per_year\" = \"#REF!\" is no number. Fix: write a number, as 1234.50, or nothing.",
        ),
    ] {
        refused("customers.csv", put(CUSTOMERS, right, wrong), words);
    }
}

#[test]
fn where_degrees_say_nothing_of_how_amounts_are_written() {
    let customers = CUSTOMERS.replace("40000", "40.000").replace("20000.5", "20.000");
    refused(
        "customers.csv",
        customers,
        "error[E501] customers.csv:2:5 \"wallet_per_year\" = \"40.000\" may be a thousand or a decimal, and no other number of the table says which. Fix: write \"decimal\": \".\" or \",\" for this table in a mapping file (--map).",
    );
}

#[test]
fn where_reps_are_not_right() {
    for (line, words) in [
        (
            "Total,,1.8,8,,",
            "error[E501] reps.csv:4:1 \"rep_id\" = \"Total\" looks like a line of totals. Fix: remove the row.",
        ),
        (
            "R1,Cid,1,5,,",
            "error[E501] reps.csv:4:1 \"rep_id\" = \"R1\" stands in row 2 too. Fix: keep one row for each rep.",
        ),
        (
            "R3,Cid,80,5,,",
            "error[E501] reps.csv:4:3 \"fte\" = \"80\" is out of range. Fix: write a number from 0 to 2.",
        ),
    ] {
        refused("reps.csv", format!("{REPS}{line}\n"), words);
    }
}
