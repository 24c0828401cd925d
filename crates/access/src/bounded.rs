//! A map that forgets what was not used for longest, so that strangers cannot fill the memory.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// At most so many keys.
pub struct Bounded<K, V> {
    most: usize,
    uses: u64,
    values: HashMap<K, (u64, V)>,
    order: BTreeMap<u64, K>,
}

impl<K: Eq + Hash + Clone, V> Bounded<K, V> {
    /// An empty map; at least one key fits.
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), uses: 0, values: HashMap::new(), order: BTreeMap::new() }
    }

    /// The value of a key, which is now the one used last.
    pub fn get(&mut self, key: &K) -> Option<&mut V> {
        let (used, value) = self.values.get_mut(key)?;
        self.uses += 1;
        self.order.remove(used);
        self.order.insert(self.uses, key.clone());
        *used = self.uses;
        Some(value)
    }

    /// The value of a key, made when it is missing.
    pub fn get_or_make(&mut self, key: &K, make: impl FnOnce() -> V) -> &mut V {
        if !self.values.contains_key(key)
            && self.values.len() >= self.most
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.values.remove(&oldest);
        }
        self.uses += 1;
        let (used, value) = self.values.entry(key.clone()).or_insert_with(|| (0, make()));
        self.order.remove(used);
        self.order.insert(self.uses, key.clone());
        *used = self.uses;
        value
    }

    /// Forgets a key.
    pub fn remove(&mut self, key: &K) {
        if let Some((used, _)) = self.values.remove(key) {
            self.order.remove(&used);
        }
    }

    /// Forgets every key that does not fit.
    pub fn retain(&mut self, mut fits: impl FnMut(&V) -> bool) {
        let order = &mut self.order;
        self.values.retain(|_, (used, value)| {
            let kept = fits(value);
            if !kept {
                order.remove(used);
            }
            kept
        });
    }

    /// How many keys.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        assert_eq!(self.values.len(), self.order.len());
        self.values.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_not_used_for_longest_is_forgotten() {
        let mut map = Bounded::new(2);
        *map.get_or_make(&"a", || 0) += 1;
        *map.get_or_make(&"b", || 0) += 2;
        assert_eq!(map.get(&"a"), Some(&mut 1));
        *map.get_or_make(&"c", || 0) += 3;
        assert_eq!((map.get(&"a").copied(), map.get(&"b").copied()), (Some(1), None));
        map.retain(|value| *value == 3);
        assert_eq!((map.get(&"a").copied(), map.get(&"c").copied()), (None, Some(3)));
        assert_eq!(map.len(), 1);
        map.remove(&"c");
        assert_eq!(map.len(), 0);
    }

    proptest! {
        #[test]
        fn there_are_never_more_keys_than_allowed(
            keys in proptest::collection::vec(0_u8..40, 0..400), most in 1_usize..20,
        ) {
            let mut map = Bounded::new(most);
            for key in keys {
                map.get_or_make(&key, || key);
                prop_assert!(map.len() <= most);
                prop_assert_eq!(map.get(&key), Some(&mut key.clone()));
                if key % 7 == 0 {
                    map.remove(&key);
                }
            }
        }
    }
}
