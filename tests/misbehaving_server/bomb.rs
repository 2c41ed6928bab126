//! A small gzip file of a large text.

/// `{"token": "t"}` after as many blanks as are a thousand times what this is long: RFC 1951 and 1952.
pub fn gzip_of_blanks(length: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.low_first(0b011, 3); // The last block, with the fixed codes.
    bits.high_first(0x30 + u16::from(b' '), 8);
    for _ in 0..length / 258 {
        bits.high_first(0b1100_0101, 8); // Once more, 258 bytes
        bits.high_first(0, 5); // from 1 byte before.
    }
    for byte in br#"{"token": "t"}"# {
        bits.high_first(0x30 + u16::from(*byte), 8);
    }
    bits.high_first(0, 7); // The end.
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(bits.bytes);
    // Readers that check the sum have inflated everything by then.
    gzip.extend([0; 8]);
    gzip
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u8,
}

impl Bits {
    fn push(&mut self, bit: u16) {
        if self.used == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit & 1 == 1) << self.used;
        }
        self.used = (self.used + 1) % 8;
    }

    fn low_first(&mut self, value: u16, count: u8) {
        (0..count).for_each(|bit| self.push(value >> bit));
    }

    fn high_first(&mut self, value: u16, count: u8) {
        (0..count).rev().for_each(|bit| self.push(value >> bit));
    }
}
