//! A model as DMN 1.5 XML.
