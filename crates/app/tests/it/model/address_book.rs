//! The model: an address book as a list of cards. It knows no SQL, no index and no transaction; each rule stands in it
//! once, in the most obvious way.

use super::operation::{Card, Operation, Said};

/// What the model keeps: the cards by the slot that the test gave them, and their order of creation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AddressBook {
    cards: Vec<(usize, Card)>,
    made: usize,
}

impl AddressBook {
    /// What the server must answer, and how the book is afterwards.
    pub(super) fn run(&mut self, operation: &Operation) -> Said {
        match operation {
            Operation::Create(fields) => self.create(&fields.card()),
            Operation::Upsert(fields) => match self.with_email(fields.email.as_deref(), None) {
                Some(slot) => self.change(slot, |card| fields.apply(card)),
                None => self.create(&fields.card()),
            },
            Operation::Update(slot, fields) => {
                let taken = self.with_email(fields.email.as_deref(), Some(*slot)).is_some();
                let differs = |card: &Card| fields.email.is_some() && fields.email != card.email;
                match self.card(*slot) {
                    None => Said::Refused,
                    Some(card) if taken && differs(card) => Said::Refused,
                    Some(_) => self.change(*slot, |card| fields.apply(card)),
                }
            }
            Operation::AddTags(slot, tags) => self.retag(*slot, |card| card.add(tags)),
            Operation::RemoveTags(slot, tags) => self.retag(*slot, |card| card.remove(tags)),
            Operation::Delete(slot) => match self.card(*slot) {
                None => Said::Refused,
                Some(_) => {
                    self.cards.retain(|(known, _)| known != slot);
                    Said::Deleted
                }
            },
            Operation::Read(slot) => self.card(*slot).map_or(Said::Refused, |card| Said::Is(card.clone())),
            Operation::List => Said::Are(self.cards.iter().rev().map(|(slot, _)| *slot).collect()),
            Operation::Tagged(tag) => {
                let carries = |card: &Card| card.tags.iter().any(|known| known == tag);
                Said::Are(
                    self.cards
                        .iter()
                        .rev()
                        .filter(|(_, card)| carries(card))
                        .map(|(slot, _)| *slot)
                        .collect(),
                )
            }
            Operation::Living(city) => {
                let lives = |card: &Card| card.city.as_deref() == Some(city);
                Said::Are(
                    self.cards.iter().rev().filter(|(_, card)| lives(card)).map(|(slot, _)| *slot).collect(),
                )
            }
        }
    }

    /// The slot that the next card gets.
    pub(super) fn next_slot(&self) -> usize {
        self.made
    }

    fn card(&self, slot: usize) -> Option<&Card> {
        self.cards.iter().find(|(known, _)| *known == slot).map(|(_, card)| card)
    }

    fn with_email(&self, email: Option<&str>, except: Option<usize>) -> Option<usize> {
        let email = email?;
        let shares = |card: &Card| card.email.as_deref() == Some(email);
        self.cards.iter().find(|(slot, card)| Some(*slot) != except && shares(card)).map(|(slot, _)| *slot)
    }

    fn create(&mut self, card: &Card) -> Said {
        if card.email.is_none() && card.first_name.is_none() {
            return Said::Refused;
        }
        if self.with_email(card.email.as_deref(), None).is_some() {
            return Said::Refused;
        }
        self.cards.push((self.made, card.clone()));
        self.made += 1;
        Said::Is(card.clone())
    }

    fn change(&mut self, slot: usize, change: impl FnOnce(&mut Card)) -> Said {
        match self.cards.iter_mut().find(|(known, _)| *known == slot) {
            None => Said::Refused,
            Some((_, card)) => {
                change(card);
                Said::Is(card.clone())
            }
        }
    }

    fn retag(&mut self, slot: usize, change: impl FnOnce(&mut Card)) -> Said {
        match self.change(slot, change) {
            Said::Is(card) => Said::Tags(card.tags),
            other => other,
        }
    }
}
