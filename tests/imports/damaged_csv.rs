//! CSV files that are damaged, or written as somewhere else in the world.

use crate::base::*;

mod are_read_as_the_clean_ones {
    use super::*;

    fn semicolons(text: &str) -> String {
        text.replace(',', ";")
    }

    #[test]
    fn with_a_byte_order_mark_and_carriage_returns() {
        as_clean("customers.csv", format!("\u{feff}{}", CUSTOMERS.replace('\n', "\r\n")), "");
    }

    #[test]
    fn in_utf_16_of_both_orders() {
        for (mark, swap) in [([0xff, 0xfe], false), ([0xfe, 0xff], true)] {
            let bytes = |unit: u16| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() };
            let text: Vec<u8> = mark.into_iter().chain(CUSTOMERS.encode_utf16().flat_map(bytes)).collect();
            as_clean("customers.csv", text, "customers.csv: 5 customers; UTF-16");
        }
    }

    #[test]
    fn in_windows_1252() {
        let bytes: Vec<u8> = CUSTOMERS.chars().map(|character| u8::try_from(character).expect("Latin-1")).collect();
        as_clean("customers.csv", bytes, "customers.csv: 5 customers; Windows-1252");
    }

    #[test]
    fn with_semicolons_tabs_and_bars() {
        as_clean("orders.csv", semicolons(ORDERS), "columns are separated by a semicolon");
        as_clean("orders.csv", ORDERS.replace(',', "\t"), "columns are separated by a tab");
        as_clean("orders.csv", ORDERS.replace(',', "|"), "columns are separated by a vertical bar");
        as_clean("orders.csv", format!("sep=;\n{}", semicolons(ORDERS)), "separated by a semicolon");
        as_clean("orders.csv", format!("sep=;\r{}", semicolons(ORDERS).replace('\n', "\r")), "semicolon");
    }

    #[test]
    fn with_lines_of_the_oldest_macs() {
        as_clean("visits.csv", VISITS.replace('\n', "\r"), "");
    }

    #[test]
    fn with_decimal_commas() {
        let orders =
            semicolons(ORDERS).replace("1234.5", "1.234,50").replace("65.5", "65,5").replace("750.25", "750,25");
        as_clean("orders.csv", orders, "decimal comma (row 2: 1.234,50)");
    }

    #[test]
    fn with_currencies_and_thousands() {
        let orders = put(ORDERS, "1234.5", "\"€ 1,234.50\"");
        as_clean("orders.csv", put(&orders, "2000", "2'000.00 EUR"), "");
    }

    #[test]
    fn with_days_in_three_styles() {
        let mut orders = ORDERS.replace("2026-04-03", "03.04.2026").replace("2026-04-20", "20260420");
        orders = orders.replace("2026-05-13", "13 May 2026").replace("2026-05-25", "2026-05-25T08:15:00");
        as_clean("orders.csv", orders, "");
    }

    #[test]
    fn with_days_that_other_days_decide() {
        let day_first = |text: &str| {
            let mut out = String::new();
            for line in text.lines() {
                match line.split_once(',') {
                    Some((day, rest)) if day.len() == 10 => {
                        out += &format!("{}/{}/{},{rest}\n", &day[8..], &day[5..7], &day[..4]);
                    }
                    _ => out += &format!("{line}\n"),
                }
            }
            out
        };
        as_clean("orders.csv", day_first(ORDERS), "days as day/month/year (row 3: 20/04/2026)");
        let month_first = ORDERS
            .replace("2026-04-03", "4/3/2026")
            .replace("2026-04-20", "4/20/2026")
            .replace("2026-06-04", "06/04/2026");
        as_clean("orders.csv", month_first, "days as month/day/year (row 3: 4/20/2026)");
    }

    #[test]
    fn with_titles_further_down_or_in_two_rows() {
        as_clean("orders.csv", format!("Orders of the year,,\nprinted on 2026-06-30,,\n{ORDERS}"), "");
        as_clean("orders.csv", format!("\n\n{ORDERS}\n\n"), "");
        as_clean("orders.csv", put(ORDERS, "date,customer_id,revenue", "date,customer,\n,id,revenue"), "");
    }

    #[test]
    fn with_columns_in_another_order_and_other_words() {
        let mut orders = "Betrag,Kunden-Nr.,Bestelldatum\n".to_owned();
        for line in ORDERS.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            orders += &format!("{},{},{}\n", cells[2], cells[1], cells[0]);
        }
        as_clean("orders.csv", orders, "date = Bestelldatum, customer = Kunden-Nr., revenue = Betrag");
    }

    #[test]
    fn with_ids_whose_zeros_a_spreadsheet_ate() {
        let eaten = ORDERS.replace(",00", ",");
        as_clean("orders.csv", eaten, "6 rows name ids without their leading zeros");
        as_clean("orders.csv", ORDERS.replace("00101", "=\"00101\""), "");
    }

    #[test]
    fn with_a_customer_twice_in_the_same_words() {
        let line = "00104,Delta,A,R2,12000,48.2,11.6,60,\n";
        as_clean("customers.csv", format!("{CUSTOMERS}{line}"), "1 rows repeat a customer word for word");
    }

    #[test]
    fn with_empty_cells_behind_the_last_title() {
        as_clean("orders.csv", ORDERS.replace("\n2026", ",,\n2026"), "");
    }

    #[test]
    fn with_orders_of_the_planning_period() {
        as_clean(
            "orders.csv",
            format!("{ORDERS}2026-08-01,00101,5000\n"),
            "1 orders are of the planning period or later",
        );
    }
}

mod are_read_with_a_difference {
    use super::*;

    #[test]
    fn with_quotes_lines_and_formulas_in_names() {
        for (written, kept) in [
            ("\"Al \"\"the\"\" pha\"", "Al \\\"the\\\" pha"),
            ("\"Alpha\nBerlin, Mitte\"", "Alpha\\nBerlin, Mitte"),
            ("5\" pipes", "5\\\" pipes"),
            ("=HYPERLINK(1)", "=HYPERLINK(1)"),
            ("Al\u{7}pha", "Al\\u0007pha"),
        ] {
            but("customers.csv", put(CUSTOMERS, "Alpha", written), &[("\"Alpha\"", &format!("\"{kept}\""))], "");
        }
    }

    #[test]
    fn where_two_columns_have_one_title() {
        let mut customers = String::new();
        for (number, line) in CUSTOMERS.lines().enumerate() {
            let last = ["remark", "new"].get(number).copied().unwrap_or_default();
            customers += &format!("{line},{last}\n");
        }
        let said = Company::with("customers.csv", customers).import(&[]);
        let instance = said.instance.expect(&said.talk);
        assert!(instance.contains("\"remark\":\"old\"") || instance.contains("\"remark\": \"old\""), "{instance}");
        assert!(instance.contains("remark (column 10)"), "{instance}");
    }

    #[test]
    fn with_rows_that_cannot_be_used() {
        for (right, wrong, row) in [
            (
                "2026-04-20,00101",
                "2026-02-30,00101",
                "orders.csv,3,date,2026-02-30,is no day of the calendar,write the day as 2026-07-01\n",
            ),
            (
                "2026-04-20,00101",
                "20.04.26,00101",
                "orders.csv,3,date,20.04.26,has a year of two digits,write the day as 2026-07-01\n",
            ),
            (
                "2026-04-20,00101",
                "46132,00101",
                "orders.csv,3,date,46132,is a number; as a day of a spreadsheet it would be 2026-04-20,write the day as 2026-07-01\n",
            ),
            (
                "2026-04-20,00101",
                "2026-04-20,1.01E+05",
                "orders.csv,3,customer_id,1.01E+05,\"is an id that a spreadsheet has rewritten as a number, and digits are lost\",\"give the column the format Text, and export it again from the source\"\n",
            ),
            (
                "2026-04-20,00101",
                "2026-04-20,00999",
                "orders.csv,3,customer_id,00999,is no customer of the list,\"add the customer to the list, if it is to be planned\"\n",
            ),
            (
                "2026-04-20,00101",
                "2026-04-20,=1+1",
                "orders.csv,3,customer_id,'=1+1,is no customer of the list,\"add the customer to the list, if it is to be planned\"\n",
            ),
            (
                "2026-04-20,00101",
                "2026-04-20,",
                "orders.csv,3,customer_id,,names no customer,write the customer's id\n",
            ),
            ("2026-04-20,00101", "Total,", "orders.csv,3,date,Total,is no day,write the day as 2026-07-01\n"),
            ("00101,65.5", "00101,n/a", "orders.csv,3,revenue,n/a,is no number,\"write a number, as 1234.50\"\n"),
            (
                "00101,65.5",
                "00101,6.5E+1",
                "orders.csv,3,revenue,6.5E+1,\"is written with an exponent, and digits may be lost\",\"write a number, as 1234.50\"\n",
            ),
            (
                "00101,65.5",
                "00101,9999999999999999",
                "orders.csv,3,revenue,9999999999999999,is out of range,write an amount of at most 1000000000000\n",
            ),
            (
                "00101,65.5",
                "00101,",
                "orders.csv,3,revenue,,states no revenue,\"write the amount, or remove the row\"\n",
            ),
            (
                "2026-04-20,00101,65.5",
                "(6 rows)",
                "orders.csv,3,,,\"has 1 cell, and there are 3 titles\",put each value under its title\n",
            ),
            (
                "00101,65.5",
                "00101,x,65.5",
                "orders.csv,3,,,\"has more cells than there are titles: \"\"65.5\"\" stands in column 4, beyond the 3 titles\",put each value under its title\n",
            ),
        ] {
            but("orders.csv", put(ORDERS, right, wrong), &[("\"sales\": 1300", "\"sales\": 1234.5")], row);
        }
    }

    #[test]
    fn with_channels_that_nobody_knows() {
        let row = "visits.csv,3,channel,fax,is no channel that is known,\"say under \"\"channels\"\" of a mapping file (--map) whether it is a visit, a call or neither\"\n";
        let said = Company::with("visits.csv", put(VISITS, "R1,call", "R1,fax")).import(&[]);
        assert_eq!((said.status, said.issues.as_str()), (DONE, row));
    }

    #[test]
    fn with_more_credit_notes_than_orders() {
        let row = "customers.csv,6,id,'-300.00,has more credit notes than orders in the reference period: sales count as 0,look at the orders\n";
        let said = Company::with("orders.csv", put(ORDERS, "00105,300", "00105,(300.00)")).import(&[]);
        assert_eq!((said.status, said.issues.as_str()), (DONE, row));
    }

    #[test]
    fn with_an_owner_who_is_on_no_list() {
        let row = "customers.csv,2,owner,r-1,is on no list of reps: the position is treated as vacant,is R1 meant? Write the id as the list of reps does\n";
        let said = Company::with("customers.csv", put(CUSTOMERS, "A,R1", "A,r-1")).import(&[]);
        assert_eq!((said.status, said.issues.as_str()), (DONE, row));
        assert!(said.talk.contains("1 owners are on no list of reps and are treated as vacant: r-1"), "{}", said.talk);
    }

    #[test]
    fn with_a_segment_that_the_model_does_not_have() {
        let said = Company::with("customers.csv", put(CUSTOMERS, "Alpha,A", "Alpha,gold")).import(&[]);
        assert_eq!(said.status, DONE, "{}", said.talk);
        assert!(
            said.talk.contains("1 customers are in segments that the planning model does not have"),
            "{}",
            said.talk
        );
    }
}
